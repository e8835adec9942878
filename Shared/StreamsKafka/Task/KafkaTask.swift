internal import CRdKafka
public import Streams

/// The log of one task: the queue of its inputs, and a transactional producer of its own.
///
/// Every call comes from the task's thread and may block, never on Swift's pool. Whoever runs the
/// task watches over it: some faults of the library leave a call waiting for ever.
@safe public final class KafkaTask: TaskLog {
    /// How long a question to the brokers may take before the caller is told to ask again.
    private static let questionMs: Int32 = 5_000
    /// How long the group's offsets may be held back, once no transaction of the task is open.
    private static let stableMs: Int32 = 2_000

    /// The partition number that the task owns.
    public var partition: Int32 { feed.partition }

    let feed: PartitionFeed
    private let topics: TaskTopics
    private let uncommitted: KafkaClient
    private let configuration: KafkaConfiguration
    private let group: String
    private let log: KafkaLogHandler
    private var producer: TaskProducer?
    private var changelog: ChangelogReader?
    private let headerSource = TaskHeaderSource()
    private var waker: FetchWaker
    private let batch: MessageBatch
    /// `rd_kafka_topic_t *` of each input. The handles are those of all tasks: to look at them for
    /// each message would have all threads write to their counts of references.
    private let inputPointers: [OpaquePointer]
    /// Of each input the next offset that may hold a record.
    private var nextOffsets: [Int64]

    init(
        _ topics: TaskTopics, feed: PartitionFeed, uncommitted: KafkaClient,
        configuration: KafkaConfiguration, group: String, log: @escaping KafkaLogHandler
    ) {
        self.topics = topics
        self.feed = feed
        waker = FetchWaker(queueBytes: feed.queueBytes)
        batch = MessageBatch(of: feed.queue)
        self.uncommitted = uncommitted
        self.configuration = configuration
        self.group = group
        self.log = log
        nextOffsets = topics.inputs.map { _ in 0 }
        unsafe inputPointers = feed.inputs.map { unsafe $0.pointer }
    }

    // MARK: The start

    /// Makes the producer, takes the transactional id, and learns where the topics are led.
    public func initTransactions() throws(LogError) {
        do throws(KafkaError) {
            if producer == nil {
                producer = try TaskProducer(
                    "\(group)-\(partition)", topics.written, configuration, log: log)
            }
        } catch { throw LogError(error) }
        try openProducer().initTransactions(timeoutMs: Self.questionMs)
    }

    /// The group's committed offset of each input; waits for transactions that hold one back.
    ///
    /// After `initTransactions` none of this task's own is open. Where an offset still is held
    /// back, a broker has lost sight of one whose end it never wrote beside the offsets: it would
    /// be held back for ever, so it is ended from here.
    public func committedOffsets() throws(LogError) -> [Int64?] {
        do throws(LogError) {
            return try committed(by: feed.client, timeoutMs: Self.stableMs)
        } catch {
            // Whoever may see what is held back is answered: the group's coordinator is there.
            guard error.kind == .retriable, let producer, try isHeldBack() else { throw error }
            try producer.endWhatHangs(list(nextOffsets), of: feed.client)
            throw LogError(
                .retriable, code: error.code,
                "offsets of partition \(partition) were held back by a transaction that nobody "
                    + "would have ended")
        }
    }

    private func isHeldBack() throws(LogError) -> Bool {
        do throws(KafkaError) {
            let role = ClientRole.groupOffsets(group: group)
            var configuration = configuration
            configuration.instanceID = nil
            let asking = try KafkaClient(role, configuration, log: log)
            return (try? committed(by: asking, timeoutMs: Self.questionMs)) != nil
        } catch { throw LogError(error) }
    }

    private func committed(
        by client: KafkaClient, timeoutMs: Int32
    ) throws(LogError) -> [Int64?] {
        let list = TopicPartitionList(capacity: feed.inputs.count)
        for input in feed.inputs { list.add(input.name, partition) }
        let code = unsafe ResponseCode(
            rd_kafka_committed(client.handle, list.pointer, timeoutMs))
        if let failed = code.isError ? code : list.firstError {
            throw failed.logError("committed offsets of partition \(partition)")
        }
        return list.elements.map { $0.offset < 0 ? nil : $0.offset }
    }

    /// The first offset that each input still holds.
    public func inputStarts() throws(LogError) -> [Int64] {
        var starts: [Int64] = []
        for input in feed.inputs { starts.append(try watermarks(of: input.name).low) }
        return starts
    }

    /// The first offset that the changelog's partition still holds, 0 if there is none.
    public func changelogStart() throws(LogError) -> Int64 {
        guard let name = topics.changelog else { return 0 }
        return try watermarks(of: configuration.prefixed(name)).low
    }

    /// The high watermark of the changelog's partition, 0 if there is none.
    public func changelogEnd() throws(LogError) -> Int64 {
        guard let name = topics.changelog else { return 0 }
        return try watermarks(of: configuration.prefixed(name)).high
    }

    /// Reads committed records of the changelog.
    public func restore(
        to end: Int64, timeoutMs: Int32, _ body: ChangelogBody
    ) throws(LogError) -> RestoreProgress {
        guard let name = topics.changelog, end > 0 else { return .done }
        let progress = try changelogReader(name).read(to: end, timeoutMs: timeoutMs, body)
        if progress == .done { changelog = nil }
        return progress
    }

    /// Where the open transaction begins, when its first record was written, and how to ask the
    /// brokers whose it is: this library cannot.
    public func openTransaction() -> String {
        guard let name = topics.changelog, let changelog else { return "nothing is read" }
        let start = changelog.position
        let topic = configuration.prefixed(name)
        return "it begins at offset \(start)\(written(name, start)); kafka-transactions.sh "
            + "--bootstrap-server \(configuration.bootstrapServers) describe-producers --topic "
            + "\(topic) --partition \(partition) names its producer, and its command abort ends it"
    }

    /// ", written at 1763679600000 (Unix ms)", of the first record of an open transaction.
    private func written(_ name: String, _ offset: Int64) -> String {
        do throws(KafkaError) {
            let reader = try KafkaReader(configuration, committedOnly: false, log: log)
            defer { reader.stop() }
            try reader.start(topic: name, partitions: [partition], from: .offset(offset))
            let record = try reader.poll(timeoutMs: Self.questionMs)
            return record.map { ", written at \($0.timestampMs) (Unix ms)" } ?? ""
        } catch {
            return " (its first record could not be read: \(error))"
        }
    }

    private func changelogReader(_ name: String) throws(LogError) -> ChangelogReader {
        if let changelog { return changelog }
        do throws(KafkaError) {
            let made = try ChangelogReader(name, partition, configuration, log: log)
            changelog = made
            return made
        } catch { throw LogError(error) }
    }

    /// Begins to read the inputs.
    public func startConsuming(at offsets: [Int64]) throws(LogError) {
        try check(offsets)
        nextOffsets = offsets
        try feed.start(at: offsets)
    }

    private func watermarks(of topic: String) throws(LogError) -> (low: Int64, high: Int64) {
        switch uncommitted.watermarks(of: topic, partition, timeoutMs: Self.questionMs) {
        case .success(let marks): return marks
        case .failure(let response): throw response.code.logError("\(topic)[\(partition)]")
        }
    }

    // MARK: Reading

    /// Waits for the next record.
    public func poll(
        timeoutMs: Int32, _ body: (borrowing InputRecord) -> Void
    ) throws(LogError) -> Bool {
        if waker.tookHalf() { feed.wakeFetchers() }
        while let message = batch.take() {
            if try take(message, body) { return true }
        }
        if waker.ranDry(), lag().contains(where: { $0 > 0 }) { feed.wakeFetchers() }
        guard timeoutMs > 0 else { return false }
        let deadline = Deadline(ms: timeoutMs)
        while let message = batch.take(timeoutMs: deadline.remainingMs) {
            if try take(message, body) { return true }
        }
        return false
    }

    /// - Returns: Whether it was a record.
    private func take(
        _ message: borrowing KafkaMessage, _ body: (borrowing InputRecord) -> Void
    ) throws(LogError) -> Bool {
        let topic = unsafe message.topic
        guard let input = unsafe inputPointers.firstIndex(where: { unsafe $0 == topic }) else {
            if !message.code.isError { return false }
            throw message.code.logError("partition \(partition): \(message.errorText)")
        }
        if message.isEnd {
            nextOffsets[input] = max(nextOffsets[input], message.offset)
            return false
        }
        if message.code.isError {
            throw message.code.logError("\(feed.inputs[input].name): \(message.errorText)")
        }
        waker.received(message.byteCount)
        nextOffsets[input] = message.offset + 1
        headerSource.lend(message) {
            let record = unsafe InputRecord(
                input: input, partition: message.partition, offset: message.offset,
                timestampMs: message.timestampMs, key: message.key, value: message.value,
                headers: headerSource)
            body(record)
        }
        return true
    }

    /// Goes back after an abort.
    public func seek(to offsets: [Int64]) throws(LogError) {
        try check(offsets)
        batch.removeAll()
        try feed.seek(zip(feed.inputs, offsets).map { ($0, $1) })
        nextOffsets = offsets
    }

    /// Holds an input back, or lets it go on where it stood.
    public func setPaused(_ paused: Bool, input: Int) throws(LogError) {
        guard feed.inputs.indices.contains(input) else { return }
        try feed.setPaused(paused, [feed.inputs[input]])
        guard paused else { return }
        // The library would go on after what it has handed over.
        unsafe batch.removeAll(of: inputPointers[input])
        try feed.seek([(feed.inputs[input], nextOffsets[input])])
    }

    /// For each input the next offset that may hold a record; the end of a partition moves it past
    /// the markers of transactions.
    public func positions() -> [Int64] { nextOffsets }

    /// For each input the offsets between the position and the high watermark of the last fetch.
    public func lag() -> [Int64] {
        zip(feed.inputs, nextOffsets).map { input, position in
            let marks = feed.client.cachedWatermarks(of: input.name, partition)
            return max(0, (marks?.high ?? position) - position)
        }
    }

    private func check(_ offsets: [Int64]) throws(LogError) {
        guard offsets.count == feed.inputs.count else {
            throw LogError(
                .fatal, code: "_INVALID_ARG",
                "\(offsets.count) offsets for \(feed.inputs.count) inputs")
        }
    }

    // MARK: Writing

    /// Begins a transaction.
    public func beginTransaction() throws(LogError) { try openProducer().begin() }

    /// Hands over a record; waits while the producer's queue is full.
    public func produce(_ record: borrowing OutgoingRecord) throws(LogError) {
        try openProducer().produce(record)
    }

    /// Waits until everything that was handed over is on the broker, or has failed.
    public func flush() throws(LogError) { try openProducer().flush(timeoutMs: Self.questionMs) }

    /// Puts the offsets into the transaction, under the group's generation of this moment: a
    /// member that was put out of the group cannot commit.
    public func sendOffsets(_ offsets: [Int64]) throws(LogError) {
        try check(offsets)
        try openProducer().sendOffsets(list(offsets), of: feed.client)
    }

    private func list(_ offsets: [Int64]) -> TopicPartitionList {
        let list = TopicPartitionList(capacity: offsets.count)
        for (input, offset) in zip(feed.inputs, offsets) {
            list.add(input.name, partition, offset: offset)
        }
        return list
    }

    /// Commits.
    public func commitTransaction() throws(LogError) { try openProducer().commit() }

    /// Aborts.
    public func abortTransaction() throws(LogError) { try openProducer().abort() }

    private func openProducer() throws(LogError) -> TaskProducer {
        guard let producer else {
            throw LogError(.fatal, code: "_STATE", "the task has no producer")
        }
        return producer
    }

    /// Destroys the producer and whatever else is the task's own.
    public func close() {
        batch.removeAll()
        producer = nil
        changelog = nil
    }
}
