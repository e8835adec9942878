import AuditKit
import Contracts
import Streams
import StreamsKafka

/// A transaction of a producer that is none of the services', open on partition 0 of a topic.
final class HangingTransaction: @unchecked Sendable {
    /// Where it begins.
    let offset: Int64
    private let member: KafkaGroupMember
    private let task: KafkaTask

    private final class Owner: GroupDelegate {
        private(set) var partitions: [Int32] = []
        func assigned(_ partitions: [Int32]) { self.partitions += partitions }
        func revoked(_ partitions: [Int32], lost: Bool) {}
    }

    private init(_ kafka: KafkaConfiguration, _ topic: String) throws {
        var configuration = kafka
        configuration.properties["transaction.timeout.ms"] = "600000"
        let inputs = [BusTopic.command.rawValue]
        let owner = Owner()
        member = try KafkaGroupMember(configuration, group: "hanging", inputs: inputs) { _ in }
        while owner.partitions.isEmpty { try member.poll(timeoutMs: 100, owner) }
        let topology = Topology(
            service: "hanging", inputs: inputs, outputs: [], changelog: topic)
        let topics = TaskTopics(topology)
        task = try member.openTask(partition: 0, topics: topics)
        try task.initTransactions()
        offset = try task.changelogEnd()
        try task.beginTransaction()
        var buffer = OutputBuffer()
        buffer.append(topic: topics.changelogIndex ?? 0, partition: 0, key: [1], value: nil)
        try buffer.withRecord(at: 0) { record throws(LogError) in try task.produce(record) }
        try task.flush()
    }

    /// Begins one, off Swift's pool.
    static func begin(
        _ kafka: KafkaConfiguration, on topic: String
    ) async throws -> HangingTransaction {
        try await offPool { try HangingTransaction(kafka, topic) }
    }

    /// Gives it up: the broker ends it at its own time-out.
    func end() { task.close() }
}
