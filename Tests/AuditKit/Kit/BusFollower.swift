import Contracts
import Runtime
import Synchronization

package import StreamsKafka

/// Follows the bus from its beginning on a thread of its own, and audits what it reads.
package final class BusFollower: Sendable {
    private let audit: Locked<TopicAudit>
    private let stalls = Locked(StallMeter())
    private let arrivals = Locked<[Int64]>([])
    private let failure = Locked<(any Error)?>(nil)
    private let isStopped = Atomic<Bool>(false)
    private let thread = Locked<SystemThread?>(nil)

    package init(_ kafka: KafkaConfiguration) throws {
        audit = Locked(TopicAudit())
        let started = try SystemThread { self.run(kafka) }
        thread.withLock { $0 = started }
    }

    /// Looks at what has been read so far.
    package func look<Value: Sendable>(_ body: (TopicAudit) -> Value) -> Value {
        audit.withLock { body($0) }
    }

    /// Begins to look for the longest time without a new outcome.
    package func beginStalls() {
        stalls.withLock { $0.begin(nowMs: SystemClock.monotonicMs()) }
    }

    /// Ends it.
    package func endStalls() {
        stalls.withLock { $0.end(nowMs: SystemClock.monotonicMs()) }
    }

    /// The longest time without a new outcome, the one that goes on included.
    package var longestStall: StallMeter.Stall? {
        stalls.withLock { stalls in
            stalls.look(nowMs: SystemClock.monotonicMs())
            return stalls.longest
        }
    }

    /// When each final outcome was read, monotonic ms, in order.
    package var outcomeTimesMs: [Int64] { arrivals.withLock { $0 } }

    /// Reads to where the topics end now, and ends.
    package func finish() async throws -> TopicAudit {
        isStopped.store(true, ordering: .releasing)
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        try await offPool { running?.join() }
        if let error = failure.withLock({ $0 }) { throw error }
        return audit.withLock { $0 }
    }

    /// Why it has ended early.
    package var error: (any Error)? { failure.withLock { $0 } }

    private func run(_ kafka: KafkaConfiguration) {
        do {
            let reader = try open(kafka)
            while !isStopped.load(ordering: .acquiring) {
                do throws(KafkaError) {
                    guard let record = try reader.next(timeoutMs: 100) else { continue }
                    take(record)
                } catch {
                    // A broker that is away comes back.
                    guard error.isRetriable else { throw error }
                }
            }
            try reader.readToEnd { record in take(record) }
        } catch {
            failure.withLock { $0 = error }
        }
    }

    /// Brokers that have just been started, or killed, may need several questions.
    private func open(_ kafka: KafkaConfiguration) throws -> BusReader {
        let endMs = SystemClock.monotonicMs() + 120_000
        while true {
            do {
                return try BusReader(kafka, topics: TopicAudit.topics)
            } catch let error as KafkaError {
                let isOver = isStopped.load(ordering: .acquiring)
                guard !isOver, SystemClock.monotonicMs() < endMs else { throw error }
            }
        }
    }

    private func take(_ record: ReadRecord) {
        let hasFinal = audit.withLock { audit in
            let before = audit.finalCount
            audit.take(record)
            return audit.finalCount > before
        }
        guard hasFinal else { return }
        let nowMs = SystemClock.monotonicMs()
        stalls.withLock { $0.note(nowMs: nowMs) }
        arrivals.withLock { $0.append(nowMs) }
    }
}
