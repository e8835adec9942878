internal import CRdKafka

/// A member of a group that reads, works, and then commits: at least once.
///
/// For one thread at a time; its calls block, so keep them off Swift's pool. It is to be polled at
/// least every five minutes (`max.poll.interval.ms`), or the group takes its partitions away.
@safe public final class KafkaGroupConsumer {
    private let client: KafkaClient
    private let configuration: KafkaConfiguration
    private var waker = FetchWaker()
    private var isClosed = false
    private var isPaused = false

    /// Joins `group`; the topics' partitions come with the first polls.
    /// - Parameters:
    ///   - group: Without the deployment's prefix.
    ///   - fromBeginning: Where a partition of which the group never committed an offset begins:
    ///     at its first record, or with what comes from now on.
    ///   - log: Takes the library's log lines.
    public init(
        _ configuration: KafkaConfiguration, group: String, topics: [String],
        fromBeginning: Bool = true, log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        let role = ClientRole.groupConsumer(group: group, fromBeginning: fromBeginning)
        client = try KafkaClient(role, configuration, log: log)
        self.configuration = configuration
        _ = unsafe rd_kafka_poll_set_consumer(client.handle)
        let list = TopicPartitionList(capacity: topics.count)
        for topic in topics {
            list.add(configuration.prefixed(topic), dn_kafka_partition_unassigned)
        }
        let code = unsafe ResponseCode(rd_kafka_subscribe(client.handle, list.pointer))
        if code.isError { throw client.error(code, "group \(group)") }
    }

    deinit { close(forGood: false) }

    /// The next record, nil if none came in time.
    /// - Throws: What the group or the broker says. Retriable ones mend themselves; go on polling.
    public func poll(timeoutMs: Int32) throws(KafkaError) -> ReadRecord? {
        guard let message = take(timeoutMs) else { return nil }
        let code = message.code
        if code.isError {
            if let fatal = client.fatalError {
                let isFenced = fatal.code.isFencing
                throw KafkaError(
                    isFenced ? .fenced : .fatal, kafkaName: fatal.code.name, fatal.text)
            }
            throw client.error(code, message.errorText)
        }
        waker.received(message.byteCount)
        let name = unsafe string(message.topic.flatMap { unsafe rd_kafka_topic_name($0) })
        return message.record(topic: configuration.unprefixed(name) ?? name)
    }

    /// Commits that everything of the record's partition up to it is done.
    /// - Throws: If the group has given the partition to another member, or nobody answers; then
    ///   the record may be read again.
    public func commit(_ record: ReadRecord) throws(KafkaError) {
        try commit(topic: record.topic, partition: record.partition, next: record.offset + 1)
    }

    /// Commits that everything of a partition before `next` is done.
    public func commit(topic: String, partition: Int32, next: Int64) throws(KafkaError) {
        let list = TopicPartitionList(capacity: 1)
        list.add(configuration.prefixed(topic), partition, offset: next)
        let code = unsafe ResponseCode(rd_kafka_commit(client.handle, list.pointer, 0))
        if let failed = code.isError ? code : list.firstError {
            throw client.error(failed, "commit of \(topic)[\(partition)] at \(next)")
        }
    }

    /// Holds back, or lets go on, what the group has given to this member: polls bring nothing of
    /// it, and the membership goes on. Partitions that are given later are not held back.
    public func setPaused(_ paused: Bool) throws(KafkaError) {
        guard paused || isPaused else { return }
        let owned = try assignment()
        let list = TopicPartitionList(capacity: owned.count)
        for (topic, partition) in owned { list.add(configuration.prefixed(topic), partition) }
        let code = unsafe ResponseCode(
            paused
                ? rd_kafka_pause_partitions(client.handle, list.pointer)
                : rd_kafka_resume_partitions(client.handle, list.pointer))
        if code.isError { throw client.error(code, paused ? "pause" : "resume") }
        isPaused = paused
    }

    /// What the group has given to this member, as (topic, partition).
    public func assignment() throws(KafkaError) -> [(topic: String, partition: Int32)] {
        var list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
        let code = unsafe ResponseCode(rd_kafka_assignment(client.handle, &list))
        if code.isError { throw client.error(code, "assignment") }
        guard let list = unsafe list else { return [] }
        return unsafe TopicPartitionList(owning: list).elements.map {
            (configuration.unprefixed($0.topic) ?? $0.topic, $0.partition)
        }
    }

    /// Ends the membership.
    /// - Parameter forGood: Whether the group is told at once, so that another member takes over
    ///   within a second; else a static member's place is kept until its session ends.
    public func close(forGood: Bool) {
        guard !isClosed else { return }
        isClosed = true
        client.leaveGroup(forGood: forGood)
    }

    private func take(_ timeoutMs: Int32) -> KafkaMessage? {
        if let message = unsafe KafkaMessage(rd_kafka_consumer_poll(client.handle, 0)) {
            return message
        }
        if waker.ranDry(), let owned = try? assignment() {
            client.wakeFetchers(
                of: owned.map { (configuration.prefixed($0.topic), $0.partition) })
        }
        return unsafe KafkaMessage(rd_kafka_consumer_poll(client.handle, timeoutMs))
    }
}
