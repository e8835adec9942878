/// What a client is for, and so which properties it begins with and which it must have.
enum ClientRole: Sendable {
    /// Metadata and administrative calls.
    case admin
    /// A plain idempotent producer.
    case producer(deliveryDeadlineMs: Int32, queueLimit: Int32)
    /// A task's producer.
    case transactional(id: String)
    /// A reader without a group. `resets`: start again from the beginning where its position is
    /// gone; else that is an error.
    case reader(committedOnly: Bool, resets: Bool)
    /// A service's member of its group, which works in transactions. `partitions`: how many numbers
    /// it may be given, each of all `inputs`.
    case groupMember(group: String, partitions: Int, inputs: Int)
    /// Asks for the committed offsets of a group, which it does not join.
    case groupOffsets(group: String)
    /// A group reader that commits after its work.
    case groupConsumer(group: String, fromBeginning: Bool)

    /// Whether the client consumes.
    var isConsumer: Bool {
        switch self {
        case .admin, .producer, .transactional: false
        case .reader, .groupMember, .groupOffsets, .groupConsumer: true
        }
    }

    /// The properties that a deployment must not change: correctness rests on them.
    static let reserved: Set<String> = [
        "bootstrap.servers", "metadata.broker.list", "client.id", "group.id", "group.instance.id",
        "transactional.id", "enable.auto.commit", "auto.commit.enable",
        "enable.auto.offset.store", "isolation.level", "auto.offset.reset",
        "partition.assignment.strategy", "partitioner", "enable.idempotence", "acks",
        "request.required.acks", "enable.partition.eof", "delivery.report.only.error",
        "message.timeout.ms", "delivery.timeout.ms",
    ]

    /// Where we begin; a deployment may set these otherwise.
    var defaults: [(String, String)] {
        // A broker that restarts is found again within a second.
        let common = [
            ("reconnect.backoff.max.ms", "1000"), ("socket.keepalive.enable", "true"),
            ("socket.nagle.disable", "true"),
        ]
        let produce = [
            ("compression.type", "lz4"),
            // Above the largest dead letter: the source's limit and our headers.
            ("message.max.bytes", "8388608"),
            ("queue.buffering.max.kbytes", "131072"),
        ]
        let fetch = [
            // The bound is the memory, not the count: a queue that is full by count puts the
            // fetcher to sleep for up to a second.
            ("queued.min.messages", "1000000"),
            // A whole response must come within the request timeout on a slow line.
            ("fetch.max.bytes", "8388608"), ("max.partition.fetch.bytes", "1048576"),
        ]
        let session = [
            ("session.timeout.ms", "6000"),
            // How soon a topic that was missing is found.
            ("topic.metadata.refresh.interval.ms", "10000"),
        ]
        switch self {
        case .admin, .groupOffsets: return common
        case .producer:
            // One request at a time: of two, the first refused for a leader that is not there yet,
            // the second can be taken before the first is repeated; this version ends as a client
            // by "sequence desynchronization" then, and delivers nothing any more.
            return common + produce + [
                ("linger.ms", "0"), ("max.in.flight.requests.per.connection", "1"),
            ]
        case .transactional:
            // Back-to-back transactions wait for the markers of the one before: with the default
            // of 100 ms each of them takes that long.
            return common + produce
                + [("transaction.timeout.ms", "10000"), ("retry.backoff.ms", "1")]
        case .reader(_, let resets):
            // A restore is over when a fetch finds nothing more: such a fetch must not wait.
            let wait = resets ? [] : [("fetch.wait.max.ms", "10")]
            return common + fetch + wait + [("queued.max.messages.kbytes", "16384")]
        case .groupMember(_, let partitions, let inputs):
            let queueKbytes = Self.queueKbytes(partitions: partitions, inputs: inputs)
            // One fetch of each input comes on top of the queue, and is several times as large once
            // decompressed.
            let fetchBytes = min(1_048_576, queueKbytes * 128 / max(1, inputs))
            return common + fetch + session + [
                // By the heartbeats the others learn that a member is gone: that is how soon they
                // take over.
                ("heartbeat.interval.ms", "100"),
                // While a fetch waits for records of one partition, the broker is asked for no
                // other, however dry its queue has run since: less than a task takes to empty half
                // of a queue.
                ("fetch.wait.max.ms", "25"),
                ("queued.max.messages.kbytes", "\(queueKbytes)"),
                ("max.partition.fetch.bytes", "\(fetchBytes)"),
            ]
        case .groupConsumer:
            return common + fetch + session + [
                ("heartbeat.interval.ms", "500"), ("queued.max.messages.kbytes", "16384"),
            ]
        }
    }

    /// How much is fetched ahead of a partition number, in kB of messages. The library bounds it by
    /// the queue that a partition's messages go to, which the inputs of one number share
    /// (`rd_kafka_q_size` follows the forwarding), and holds as much again for its own account of
    /// the messages. A member which is behind on all numbers would take many times what one needs:
    /// they share what is enough for one at full speed, and the fetches of further inputs, which
    /// come on top, are taken off it.
    private static func queueKbytes(partitions: Int, inputs: Int) -> Int {
        max(queueKbytesMin, 2 * queueKbytesMax / (1 + max(1, inputs)) / max(1, partitions))
    }

    private static let queueKbytesMax = 32_768
    /// Above what wakes a fetcher (`FetchWaker`).
    private static let queueKbytesMin = 1_536

    /// What the client must have.
    func fixed(_ configuration: KafkaConfiguration) -> [(String, String)] {
        let idempotent = [
            ("enable.idempotence", "true"), ("acks", "all"), ("partitioner", "murmur2_random"),
        ]
        switch self {
        case .admin: return []
        case .producer(let deadlineMs, let queueLimit):
            return idempotent + [
                ("message.timeout.ms", "\(deadlineMs)"),
                ("queue.buffering.max.messages", "\(queueLimit)"),
            ]
        case .transactional(let id):
            return idempotent + [("transactional.id", configuration.prefixed(id))]
        case .reader(let committedOnly, let resets):
            return [
                ("isolation.level", committedOnly ? "read_committed" : "read_uncommitted"),
                ("enable.partition.eof", "true"), ("enable.auto.commit", "false"),
                ("auto.offset.reset", resets ? "earliest" : "error"),
            ]
        case .groupMember(let group, _, _):
            return Self.group(group, configuration, reset: "error")
                + [("enable.partition.eof", "true")]
        case .groupOffsets(let group):
            // What a transaction that is open may change is told as it is.
            return [
                ("group.id", configuration.prefixed(group)),
                ("isolation.level", "read_uncommitted"), ("enable.auto.commit", "false"),
            ]
        case .groupConsumer(let group, let fromBeginning):
            return Self.group(group, configuration, reset: fromBeginning ? "earliest" : "latest")
        }
    }

    private static func group(
        _ group: String, _ configuration: KafkaConfiguration, reset: String
    ) -> [(String, String)] {
        [
            ("group.id", configuration.prefixed(group)),
            // Co-partitions topics of equal counts; the cooperative one does not.
            ("partition.assignment.strategy", "range"), ("isolation.level", "read_committed"),
            ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
            ("auto.offset.reset", reset),
        ] + (configuration.instanceID.map { [("group.instance.id", $0)] } ?? [])
    }
}
