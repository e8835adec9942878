internal import CRdKafka

/// A reader without a group: it takes no partition from anybody and commits nothing.
///
/// For one thread at a time; its calls block, so keep them off Swift's pool.
@safe public final class KafkaReader {
    private struct Key: Hashable {
        let topic: String
        let partition: Int32
    }

    private struct Source {
        let topic: TopicHandle
        let name: String
        let partition: Int32
        var position: Int64
    }

    private let client: KafkaClient
    private let configuration: KafkaConfiguration
    private let queue: QueueHandle
    private let role: ClientRole
    private let log: KafkaLogHandler
    /// A broker answers a connection's requests in order, so that a question would wait behind a
    /// fetch that waits for records. While one may, questions have a connection of their own.
    private var asking: KafkaClient?
    private var topics: [String: TopicHandle] = [:]
    private var sources: [Source] = []
    /// How many of them the library fetches: the first so many.
    private var fetching = 0
    private var places: [Key: Int] = [:]
    private var waker = FetchWaker()

    /// A reader of nothing, until `start`.
    /// - Parameters:
    ///   - committedOnly: Whether it reads as read_committed: nothing aborted or still open.
    ///   - log: Takes the library's log lines.
    /// - Throws: `KafkaError.Code.configuration`.
    public init(
        _ configuration: KafkaConfiguration, committedOnly: Bool = true,
        log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        role = ClientRole.reader(committedOnly: committedOnly, resets: true)
        self.log = log
        client = try KafkaClient(role, configuration, log: log)
        queue = QueueHandle(of: client)
        self.configuration = configuration
    }

    deinit { stop() }

    /// How many partitions a topic has.
    public func partitionCount(
        of topic: String, timeoutMs: Int32 = 5_000
    ) throws(KafkaError) -> Int32 {
        let asking = try questions()
        let handle =
            asking === client
            ? try handle(of: topic) : try TopicHandle(configuration.prefixed(topic), of: asking)
        switch handle.partitionCount(timeoutMs: timeoutMs) {
        case .success(let count): return count
        case .failure(let response): throw client.error(response.code, topic)
        }
    }

    /// Where a partition begins and ends now.
    public func watermarks(
        of topic: String, partition: Int32, timeoutMs: Int32 = 5_000
    ) throws(KafkaError) -> Watermarks {
        switch try questions().watermarks(
            of: configuration.prefixed(topic), partition, timeoutMs: timeoutMs)
        {
        case .success(let (low, high)): return Watermarks(low: low, high: high)
        case .failure(let response):
            throw client.error(response.code, "\(topic)[\(partition)]")
        }
    }

    private func questions() throws(KafkaError) -> KafkaClient {
        if fetching == 0 { return client }
        if let asking { return asking }
        let made = try KafkaClient(role, configuration, log: log)
        asking = made
        return made
    }

    /// Begins to read partitions of a topic, beside what is read already: from where it begins or ends
    /// now, though nothing is fetched before the first `next`.
    /// - Parameters:
    ///   - partitions: Which; nil for all of them.
    ///   - timeoutMs: For all the questions to the brokers together.
    public func start(
        topic: String, partitions: [Int32]? = nil, from start: ReadStart, timeoutMs: Int32 = 5_000
    ) throws(KafkaError) {
        let deadline = Deadline(ms: timeoutMs)
        let handle = try handle(of: topic)
        let all = try partitionCount(of: topic, timeoutMs: deadline.remainingMs)
        var positions: [(partition: Int32, offset: Int64)] = []
        for partition in partitions ?? Array(0..<all) {
            guard (0..<all).contains(partition) else {
                throw KafkaError(.notFound, "\(topic) has no partition \(partition)")
            }
            guard places[Key(topic: topic, partition: partition)] == nil else {
                throw KafkaError(.refused, "\(topic)[\(partition)] is being read already")
            }
            let offset = try position(of: topic, partition, start, deadline)
            positions.append((partition, offset))
        }
        for (partition, offset) in positions {
            places[Key(topic: topic, partition: partition)] = sources.count
            sources.append(
                Source(topic: handle, name: topic, partition: partition, position: offset))
        }
    }

    /// The next record, nil if none came in time. Ends of partitions are passed over.
    public func poll(timeoutMs: Int32) throws(KafkaError) -> ReadRecord? {
        let deadline = Deadline(ms: timeoutMs)
        repeat {
            guard let event = try next(timeoutMs: deadline.remainingMs) else { return nil }
            if case .record(let record) = event { return record }
        } while !deadline.hasPassed
        return nil
    }

    /// The next record or end of a partition, nil if neither came in time.
    public func next(timeoutMs: Int32) throws(KafkaError) -> ReadEvent? {
        try fetch()
        guard let message = take(timeoutMs) else { return nil }
        let code = message.code
        if code.isError, !message.isEnd {
            throw client.error(code, message.errorText)
        }
        guard let pointer = unsafe message.topic else { return nil }
        let topic = try unsafe topicName(pointer)
        let place = places[Key(topic: topic, partition: message.partition)]
        if message.isEnd {
            if let place { sources[place].position = message.offset }
            return .end(topic: topic, partition: message.partition, offset: message.offset)
        }
        waker.received(message.byteCount)
        if let place { sources[place].position = message.offset + 1 }
        return .record(message.record(topic: topic))
    }

    /// The next offset to be read of a partition, nil if it was not started.
    public func position(of topic: String, partition: Int32) -> Int64? {
        places[Key(topic: topic, partition: partition)].map { sources[$0].position }
    }

    /// Reads until every started partition has come to where it ended at the call.
    /// - Parameter goesOn: Asked now and then; false ends it early.
    /// - Throws: `timedOut` if that takes longer than `deadlineMs`.
    public func readToEnd(
        deadlineMs: Int32, while goesOn: () -> Bool = { true }, _ body: (ReadRecord) -> Void
    ) throws(KafkaError) {
        let deadline = Deadline(ms: deadlineMs)
        var ends: [Int64] = []
        for source in sources {
            let marks = try watermarks(
                of: source.name, partition: source.partition, timeoutMs: deadline.remainingMs)
            ends.append(marks.high)
        }
        while goesOn(), let (source, end) = zip(sources, ends).first(where: { $0.position < $1 }) {
            guard !deadline.hasPassed else {
                throw KafkaError(
                    .timedOut, isRetriable: true,
                    "\(source.name)[\(source.partition)] came to \(source.position) of \(end) "
                        + "in \(deadlineMs) ms")
            }
            if case .record(let record) = try next(timeoutMs: min(100, deadline.remainingMs)) {
                body(record)
            }
        }
    }

    /// What a compacted topic says: of each key the last record, without those that a tombstone
    /// has removed. Afterwards `poll` goes on with what comes next.
    public func readTable(
        topic: String, deadlineMs: Int32
    ) throws(KafkaError) -> [[UInt8]: ReadRecord] {
        let deadline = Deadline(ms: deadlineMs)
        try start(topic: topic, from: .beginning, timeoutMs: deadline.remainingMs)
        var table: [[UInt8]: ReadRecord] = [:]
        try readToEnd(deadlineMs: deadline.remainingMs) { record in
            guard record.topic == topic, let key = record.key else { return }
            table[key] = record.value == nil ? nil : record
        }
        return table
    }

    /// Stops reading everything.
    public func stop() {
        for source in sources[..<fetching] {
            _ = unsafe rd_kafka_consume_stop(source.topic.pointer, source.partition)
        }
        sources = []
        places = [:]
        fetching = 0
        // What was fetched before must not come out of the queue later.
        while queue.next(timeoutMs: 0) != nil {}
    }

    /// Has the library fetch what was started since the last call. As late as can be, so that all is
    /// asked before anything is fetched: a broker answers in order, and so answers a question behind a
    /// fetch only when that has waited for data, half a second.
    private func fetch() throws(KafkaError) {
        while fetching < sources.count {
            let source = sources[fetching]
            let status = unsafe rd_kafka_consume_start_queue(
                source.topic.pointer, source.partition, source.position, queue.pointer)
            guard status == 0 else {
                throw ResponseCode(rd_kafka_last_error()).kafkaError(
                    "\(source.name)[\(source.partition)]")
            }
            fetching += 1
        }
    }

    private func take(_ timeoutMs: Int32) -> KafkaMessage? {
        if let message = queue.next(timeoutMs: 0) { return message }
        if waker.ranDry() {
            client.wakeFetchers(of: sources.map { ($0.topic.name, $0.partition) })
        }
        return queue.next(timeoutMs: timeoutMs)
    }

    private func handle(of topic: String) throws(KafkaError) -> TopicHandle {
        if let known = topics[topic] { return known }
        let made = try TopicHandle(configuration.prefixed(topic), of: client)
        topics[topic] = made
        return made
    }

    @unsafe private func topicName(_ pointer: OpaquePointer) throws(KafkaError) -> String {
        for (name, handle) in topics where unsafe handle.pointer == pointer { return name }
        throw KafkaError(.fatal, "a record of a topic that was not asked for")
    }

    private func position(
        of topic: String, _ partition: Int32, _ start: ReadStart, _ deadline: Deadline
    ) throws(KafkaError) -> Int64 {
        if case .offset(let offset) = start { return max(0, offset) }
        let marks = try watermarks(
            of: topic, partition: partition, timeoutMs: deadline.remainingMs)
        switch start {
        case .beginning: return marks.low
        case .end: return marks.high
        case .last(let count): return max(marks.low, marks.high - max(0, count))
        case .offset(let offset): return max(0, offset)
        case .time(let ms):
            let list = TopicPartitionList(capacity: 1)
            list.add(configuration.prefixed(topic), partition, offset: ms)
            let asking = try questions()
            let code = unsafe ResponseCode(
                rd_kafka_offsets_for_times(asking.handle, list.pointer, deadline.remainingMs))
            if let failed = code.isError ? code : list.firstError {
                throw client.error(failed, "\(topic)[\(partition)] at \(ms)")
            }
            let offset = list.elements.first?.offset ?? -1
            return offset < 0 ? marks.high : offset
        }
    }
}
