internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import Streams

/// What is told when dead letters were given up (seed 000: `dlq_drained`): to every partition of the
/// alerts, for it is about all services.
enum DrainNews {
    /// A record of an alert.
    struct Record {
        let partition: Int32
        let key: [UInt8]
        let value: [UInt8]
        let headers: [RecordHeader]
    }

    static func records(
        of count: Int, in topic: BusTopic, reason: String, author: String, runID: String,
        partitions: Int
    ) throws -> [Record] {
        let home = Murmur2.partition(key: ServiceName.all, count: partitions)
        return try (0..<Int32(partitions)).map { partition in
            let isCopy = partition != Int32(home)
            let envelope = try Envelope(
                id: isCopy ? "\(runID)/drained/\(partition)" : "\(runID)/drained",
                ts: SystemClock.nowMs(), role: .operator,
                ControlEventPayload(
                    type: "dlq_drained", service: ServiceName.all, reason: reason, author: author,
                    commandId: runID, queueName: topic.deadLetterName,
                    drainedCount: Int64(count), copy: isCopy ? true : nil))
            return Record(
                partition: partition, key: Array(ServiceName.all.utf8),
                value: try envelope.serialized(),
                headers: MessageHeaders.make(
                    for: envelope, source: "dreamnet", traceparent: nil))
        }
    }
}
