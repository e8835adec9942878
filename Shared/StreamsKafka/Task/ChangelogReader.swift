internal import CRdKafka
internal import Streams

/// Reads one partition of a changelog from its beginning, committed records only, without a group.
@safe final class ChangelogReader {
    /// Most records of one call, so that whoever restores can look up in between.
    private static let chunk = 10_000
    /// How long the question where the partition begins may take.
    private static let questionMs: Int32 = 5_000

    private let client: KafkaClient
    private let topic: TopicHandle
    private let partition: Int32
    private let queue: QueueHandle
    private(set) var position: Int64 = 0
    private var waker = FetchWaker()
    private var key = ReusedBytes()
    private var value = ReusedBytes()

    /// - Parameter name: Without the prefix.
    init(
        _ name: String, _ partition: Int32, _ configuration: KafkaConfiguration,
        log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        let role = ClientRole.reader(committedOnly: true, resets: false)
        client = try KafkaClient(role, configuration, log: log)
        topic = try TopicHandle(configuration.prefixed(name), of: client)
        queue = QueueHandle(of: client)
        self.partition = partition
        // Told to begin "at the beginning" before it knows the partition's leader, this version
        // looks again only after half a second. The question waits for the leader itself.
        let start: Int64
        switch client.watermarks(of: topic.name, partition, timeoutMs: Self.questionMs) {
        case .success(let marks): start = marks.low
        case .failure(let response): throw client.error(response.code, topic.name)
        }
        let status = unsafe rd_kafka_consume_start_queue(
            topic.pointer, partition, start, queue.pointer)
        guard status == 0 else {
            throw ResponseCode(rd_kafka_last_error()).kafkaError("\(name)[\(partition)]")
        }
    }

    deinit { _ = unsafe rd_kafka_consume_stop(topic.pointer, partition) }

    /// Reads on, at most for `timeoutMs`.
    ///
    /// Where the reader stands is told by offsets alone: markers of transactions take offsets and
    /// give no record, so records cannot be counted. The end of the partition is that of the
    /// committed records: if it comes before `end`, a transaction is open.
    func read(
        to end: Int64, timeoutMs: Int32, _ body: TaskLog.ChangelogBody
    ) throws(LogError) -> RestoreProgress {
        if position >= end { return .done }
        let deadline = Deadline(ms: timeoutMs)
        let start = position
        for _ in 0..<Self.chunk {
            guard let message = take(deadline) else { break }
            if message.isEnd {
                position = max(position, message.offset)
            } else if message.code.isError {
                throw message.code.logError("\(topic.name)[\(partition)]: \(message.errorText)")
            } else {
                body(
                    message.offset, unsafe key.fill(message.key), unsafe value.fill(message.value))
                waker.received(message.byteCount)
                position = message.offset + 1
            }
            if position >= end { return .done }
        }
        return position > start ? .progressed(position: position) : .waiting(position: position)
    }

    private func take(_ deadline: Deadline) -> KafkaMessage? {
        if let message = queue.next(timeoutMs: 0) { return message }
        if waker.ranDry() { client.wakeFetchers(of: [(topic.name, partition)]) }
        return queue.next(timeoutMs: deadline.remainingMs)
    }
}

/// Bytes that are lent out one after the other in the same memory.
private struct ReusedBytes {
    private var bytes: [UInt8] = []

    /// A copy of `source`, nil of nil. The memory is used again as long as nobody keeps the array.
    @unsafe mutating func fill(_ source: UnsafeRawBufferPointer?) -> [UInt8]? {
        guard let source = unsafe source else { return nil }
        bytes.removeAll(keepingCapacity: true)
        unsafe bytes.append(contentsOf: source)
        return bytes
    }
}
