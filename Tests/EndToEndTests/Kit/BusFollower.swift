import Contracts
import StreamsKafka
import Synchronization

/// Follows the bus from its beginning on a thread of its own, and audits what it reads.
final class BusFollower: Sendable {
    private let audit: Locked<TopicAudit>
    private let failure = Locked<(any Error)?>(nil)
    private let isStopped = Atomic<Bool>(false)
    private let thread = Locked<SystemThread?>(nil)

    init(_ kafka: KafkaConfiguration) throws {
        audit = Locked(TopicAudit())
        let started = try SystemThread { self.run(kafka) }
        thread.withLock { $0 = started }
    }

    /// Looks at what has been read so far.
    func look<Value: Sendable>(_ body: (TopicAudit) -> Value) -> Value {
        audit.withLock { body($0) }
    }

    /// Reads to where the topics end now, and ends.
    func finish() async throws -> TopicAudit {
        isStopped.store(true, ordering: .releasing)
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        try await offPool { running?.join() }
        if let error = failure.withLock({ $0 }) { throw error }
        return audit.withLock { $0 }
    }

    private func run(_ kafka: KafkaConfiguration) {
        do {
            let reader = try BusReader(kafka, topics: TopicAudit.topics)
            while !isStopped.load(ordering: .acquiring) {
                guard let record = try reader.next(timeoutMs: 100) else { continue }
                audit.withLock { $0.take(record) }
            }
            try reader.readToEnd { record in audit.withLock { $0.take(record) } }
        } catch {
            failure.withLock { $0 = error }
        }
    }
}
