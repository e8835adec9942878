import Contracts
import Synchronization

package import StreamsKafka

/// A load that goes on until it is told to end, the same amount in every tenth of a second.
package final class SteadyLoad: Sendable {
    private let task: Task<LoadCounts, any Error>
    private let isEnding: Flag
    private let hasEnded: Flag
    private let progress: Locked<LoadCounts>

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    /// Begins to send.
    /// - Parameter perSecond: how much.
    package init(
        _ kafka: KafkaConfiguration, perSecond: LoadCounts, seed: UInt64, episodeMs: Int64?
    ) {
        let (isEnding, hasEnded) = (Flag(), Flag())
        let progress = Locked(LoadCounts())
        self.isEnding = isEnding
        self.hasEnded = hasEnded
        self.progress = progress
        task = Task {
            var generator = try LoadGenerator(kafka, seed: seed, episodeMs: episodeMs)
            defer {
                generator.close()
                hasEnded.isSet.store(true, ordering: .releasing)
            }
            let begun = ContinuousClock.now
            var tick = 0
            while !isEnding.isSet.load(ordering: .acquiring), generator.failedPosts == 0 {
                generator.post(perSecond.share(tick % 10, of: 10))
                let sent = generator.sent
                progress.withLock { $0 = sent }
                tick += 1
                try await Task.sleep(until: begun + .milliseconds(100 * tick))
            }
            try await generator.finish()
            return generator.sent
        }
    }

    /// What was sent so far.
    package var sent: LoadCounts { progress.withLock { $0 } }

    /// Ends it.
    /// - Returns: what was sent in all.
    package func finish() async throws -> LoadCounts {
        isEnding.isSet.store(true, ordering: .releasing)
        return try await task.value
    }

    /// Waits until it ends by itself, which it does if messages cannot be delivered.
    package func awaitFailure() async throws {
        while !hasEnded.isSet.load(ordering: .acquiring) {
            try await Task.sleep(for: .milliseconds(100))
        }
        _ = try await task.value
    }

    /// Ends it at once; what it has sent does not matter any more.
    package func cancel() { task.cancel() }
}
