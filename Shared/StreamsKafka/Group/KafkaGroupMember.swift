internal import CRdKafka
public import Streams

/// A service's member of its consumer group: one consumer, `range`, static membership.
///
/// The thread that polls it sees assignments and errors only; each partition number's records go
/// to the queue of its own task.
public final class KafkaGroupMember: GroupMember {
    private var client: KafkaClient
    private let configuration: KafkaConfiguration
    private let group: String
    private let partitions: Int
    private var inputs: [TopicHandle]
    private let log: KafkaLogHandler
    private var feeds: [Int32: PartitionFeed] = [:]
    /// High watermarks need a handle that reads uncommitted: others are told the last stable
    /// offset. One for all tasks, made for the first of them.
    private var uncommitted: KafkaClient?
    private var isSubscribed = false
    /// Whether the session ran out on this side. The library then goes on to send heartbeats, with
    /// no member id, for as long as the callback takes that gives the partitions up; the broker
    /// takes them for those of another process under the same name, and fences the client.
    private var hasLostSession = false
    private var delegate: (any GroupDelegate)?
    private var failure: LogError?

    /// A member that has not joined yet.
    /// - Parameters:
    ///   - group: The service, without the deployment's prefix; transactional ids are
    ///     `<prefix><group>-<partition>`.
    ///   - inputs: The topics that it reads, with one partition count, in the order of
    ///     `Topology.inputs`.
    ///   - partitions: How many partitions each input has: they share the memory for what is
    ///     fetched ahead.
    ///   - log: Takes the library's log lines.
    /// - Throws: `KafkaError.Code.configuration`.
    public init(
        _ configuration: KafkaConfiguration, group: String, inputs: [String], partitions: Int = 1,
        log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        let role = ClientRole.groupMember(
            group: group, partitions: partitions, inputs: inputs.count)
        (client, self.inputs) = try Self.open(
            configuration, role, inputs.map(configuration.prefixed), log)
        self.configuration = configuration
        self.group = group
        self.partitions = partitions
        self.log = log
        client.events.rebalancing = self
    }

    private static func open(
        _ configuration: KafkaConfiguration, _ role: ClientRole, _ inputs: [String],
        _ log: @escaping KafkaLogHandler
    ) throws(KafkaError) -> (KafkaClient, [TopicHandle]) {
        let client = try KafkaClient(role, configuration, log: log)
        var handles: [TopicHandle] = []
        for input in inputs { handles.append(try TopicHandle(input, of: client)) }
        _ = unsafe rd_kafka_poll_set_consumer(client.handle)
        return (client, handles)
    }

    /// Begins again with a client that has no past.
    private func renew() throws(LogError) {
        endAll(lost: true)
        client.leaveGroup(forGood: false)
        do throws(KafkaError) {
            let role = ClientRole.groupMember(
                group: group, partitions: partitions, inputs: inputs.count)
            (client, inputs) = try Self.open(configuration, role, inputs.map(\.name), log)
        } catch { throw LogError(error) }
        client.events.rebalancing = self
        isSubscribed = false
        hasLostSession = false
    }

    /// Joins the group with the first call, and serves its events.
    /// - Throws: `fenced` if another process uses the `group.instance.id`; `fatal` if this member
    ///   can never work as it is; `retriable` for what mends itself.
    public func poll(timeoutMs: Int32, _ delegate: any GroupDelegate) throws(LogError) {
        if !isSubscribed { try subscribe() }
        self.delegate = delegate
        defer { self.delegate = nil }
        // The library's thread looks whether a heartbeat is due only when it wakes for something
        // else, of an idle member once a second, whatever the interval is.
        client.askOwnThread()
        let message = unsafe KafkaMessage(rd_kafka_consumer_poll(client.handle, timeoutMs))
        if let failure {
            self.failure = nil
            throw failure
        }
        guard let message else { return }
        if let fatal = client.fatalError {
            if fatal.code.isFencing, hasLostSession {
                try renew()
                throw LogError(
                    .retriable, code: fatal.code.name, "the session ran out; joining again")
            }
            throw LogError(
                fatal.code.isFencing ? .fenced : .fatal, code: fatal.code.name, fatal.text)
        }
        guard message.code.isError else {
            // It was taken from its task: going on would lose it.
            throw LogError(
                .fatal, code: "UNEXPECTED_MESSAGE",
                "a record of partition \(message.partition) came to the group's own queue")
        }
        // The end of a partition that has just been given up.
        if message.isEnd { return }
        if message.code.raw == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART {
            // Looked for again and again: a topic may still be made, a broker still starting.
            throw LogError(.retriable, code: message.code.name, message.errorText)
        }
        throw message.code.logError(message.errorText)
    }

    /// Opens the log of a partition number that this member owns.
    public func openTask(partition: Int32, topics: TaskTopics) throws(LogError) -> KafkaTask {
        guard let feed = feeds[partition] else {
            throw LogError(
                .fatal, code: "NOT_OWNED", "partition \(partition) is not of this member")
        }
        guard topics.inputs.map(configuration.prefixed) == inputs.map(\.name) else {
            throw LogError(
                .fatal, code: "OTHER_INPUTS", "the member reads \(inputs.map(\.name))")
        }
        do throws(KafkaError) {
            return KafkaTask(
                topics, feed: feed, uncommitted: try uncommittedClient(),
                configuration: configuration, group: group, log: log)
        } catch { throw LogError(error) }
    }

    private func uncommittedClient() throws(KafkaError) -> KafkaClient {
        if let uncommitted { return uncommitted }
        let role = ClientRole.reader(committedOnly: false, resets: false)
        let made = try KafkaClient(role, configuration, log: log)
        uncommitted = made
        return made
    }

    /// Closes the membership. What it owns is revoked inside.
    public func leave(forGood: Bool, _ delegate: any GroupDelegate) {
        self.delegate = delegate
        defer { self.delegate = nil }
        client.leaveGroup(forGood: forGood)
        feeds = [:]
    }

    private func subscribe() throws(LogError) {
        let list = TopicPartitionList(capacity: inputs.count)
        for input in inputs { list.add(input.name, dn_kafka_partition_unassigned) }
        let code = unsafe ResponseCode(rd_kafka_subscribe(client.handle, list.pointer))
        if code.isError { throw code.logError("group \(group)") }
        isSubscribed = true
    }
}

// What the group decides. All of it inside a poll, on the polling thread.
extension KafkaGroupMember: RebalanceHandling {
    @unsafe func rebalance(
        _ code: ResponseCode, _ partitions: UnsafePointer<rd_kafka_topic_partition_list_t>
    ) {
        switch code.raw {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            let elements = unsafe TopicPartitionList.elements(of: partitions)
            hasLostSession = false
            do throws(LogError) { try assign(elements) } catch {
                failure = error
                endAll(lost: true)
            }
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            let isLost = unsafe rd_kafka_assignment_lost(client.handle) == 1
            // Who is fenced by another process has the error already.
            hasLostSession = isLost && client.fatalError == nil
            endAll(lost: isLost)
        default:
            failure = code.logError("rebalance of group \(group)")
            endAll(lost: true)
        }
    }

    /// The delegate stops its tasks before their queues go away: none may live on beside the one
    /// that the next assignment starts under the same transactional id.
    private func endAll(lost: Bool) {
        let numbers = feeds.keys.sorted()
        if !numbers.isEmpty { delegate?.revoked(numbers, lost: lost) }
        giveUpAll()
    }

    /// Tells the delegate, which starts its tasks; then the consumer, which begins to fetch.
    private func assign(_ elements: [TopicPartitionList.Element]) throws(LogError) {
        let numbers = try partitionNumbers(of: elements)
        let gate = AssignmentGate()
        for number in numbers {
            let feed = PartitionFeed(number, of: inputs, client, gate: gate)
            feed.connect()
            feeds[number] = feed
        }
        // Also when it is given nothing: it has joined then, and stands by.
        delegate?.assigned(numbers)
        try gate.assign { starts throws(LogError) in
            let list = TopicPartitionList(capacity: elements.count)
            for (number, feed) in feeds {
                let offsets = starts[number]
                for (index, input) in inputs.enumerated() {
                    // The partitions of a task that is not ready are paused, so that the offset
                    // does not matter, as long as it needs no question to the broker.
                    list.add(input.name, number, offset: offsets?[index] ?? 0)
                }
                try feed.setPaused(offsets == nil, inputs)
            }
            let code = unsafe ResponseCode(rd_kafka_assign(client.handle, list.pointer))
            if code.isError { throw code.logError("assignment of group \(group)") }
        }
    }

    private func giveUpAll() {
        for feed in feeds.values { feed.disconnect() }
        feeds = [:]
        _ = unsafe rd_kafka_assign(client.handle, nil)
    }

    /// The partition numbers of which every input was assigned.
    private func partitionNumbers(
        of elements: [TopicPartitionList.Element]
    ) throws(LogError) -> [Int32] {
        var counts: [Int32: Int] = [:]
        for element in elements { counts[element.partition, default: 0] += 1 }
        for (number, count) in counts where count != inputs.count {
            throw LogError(
                .fatal, code: "NOT_COPARTITIONED",
                "of partition \(number) only \(count) of \(inputs.count) inputs were assigned: "
                    + "\(inputs.map(\.name)) must have one partition count")
        }
        return counts.keys.sorted()
    }
}

extension LogError {
    /// An error from outside a transaction.
    init(_ error: KafkaError) {
        let kind: Kind =
            error.code == .fenced ? .fenced : error.isRetriable ? .retriable : .fatal
        let code = error.kafkaName.isEmpty ? error.code.rawValue : error.kafkaName
        self.init(kind, code: code, error.message)
    }
}
