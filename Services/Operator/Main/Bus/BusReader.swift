internal import Contracts
internal import StreamsKafka

/// A reader that may go from thread to thread: one at a time, which the lock sees to.
final class BusReader: Sendable {
    private let reader: Locked<KafkaReader>

    init(_ configuration: KafkaConfiguration) throws(KafkaError) {
        reader = Locked(try KafkaReader(configuration, log: { _ in }))
    }

    func partitionCount(of topic: BusTopic, timeoutMs: Int32) throws(KafkaError) -> Int32 {
        try partitionCount(of: topic.rawValue, timeoutMs: timeoutMs)
    }

    func partitionCount(of topic: String, timeoutMs: Int32) throws(KafkaError) -> Int32 {
        try reader.withLock { reader throws(KafkaError) in
            try reader.partitionCount(of: topic, timeoutMs: timeoutMs)
        }
    }

    func start(_ topic: BusTopic, from start: ReadStart, timeoutMs: Int32) throws(KafkaError) {
        try self.start(topic.rawValue, from: start, timeoutMs: timeoutMs)
    }

    func start(
        _ topic: String, partitions: [Int32]? = nil, from start: ReadStart, timeoutMs: Int32
    ) throws(KafkaError) {
        try reader.withLock { reader throws(KafkaError) in
            try reader.start(
                topic: topic, partitions: partitions, from: start, timeoutMs: timeoutMs)
        }
    }

    func watermarks(
        of topic: String, partition: Int32, timeoutMs: Int32
    ) throws(KafkaError) -> Watermarks {
        try reader.withLock { reader throws(KafkaError) in
            try reader.watermarks(of: topic, partition: partition, timeoutMs: timeoutMs)
        }
    }

    /// Reads all that was there at the call.
    func readToEnd(
        deadlineMs: Int32, _ body: (ReadRecord) -> Void
    ) throws(KafkaError) {
        try reader.withLock { reader throws(KafkaError) in
            try reader.readToEnd(deadlineMs: deadlineMs, body)
        }
    }

    /// The next record, nil if none came in time.
    func poll(timeoutMs: Int32) throws(KafkaError) -> ReadRecord? {
        try reader.withLock { reader throws(KafkaError) in
            try reader.poll(timeoutMs: timeoutMs)
        }
    }
}
