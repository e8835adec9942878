public import YAML

/// A topic as its file in topics/ declares it, or the dead-letter topic that follows from one.
public struct TopicDefinition: Sendable {
    /// The name in the cluster, without the deployment's `topicPrefix`.
    public var name: String
    /// What it carries, for people.
    public var description: String
    /// What its records are keyed by, for people. A key is state's address: see `isKeyed`.
    public var key: String
    /// How many partitions.
    public var partitions: Int32
    /// What becomes of old records.
    public var cleanup: TopicCleanup
    /// Largest batch of records that the broker takes, bytes (`max.message.bytes`).
    public var maxMessageBytes: Int64
    /// Whose clock stamps the records.
    public var timestamp: TopicTimestamp
    /// What the values are.
    public var format: TopicFormat
    /// What may be done with old messages.
    public var replay: ReplayPolicy
    /// Who writes it.
    public var writers: [TopicActor]
    /// Who reads it.
    public var readers: [TopicActor]
    /// The files of the payloads' schemas, relative to the folder of the topics.
    public var schemas: [String]
    /// Names of other topics whose messages it carries (the ingress).
    public var carries: [String]
    /// Whether what cannot be taken goes to `<name>.dlq`.
    public var hasDeadLetters: Bool
    /// Whether a key's later messages wait behind one that could not be taken.
    public var order: TopicOrder
    /// How its messages are tried again; nil: as by default.
    public var retry: TopicRetry?
    /// When a reader is slowed because too much of it cannot be taken; nil: as by default.
    public var poison: TopicPoison?
    /// The topic whose dead letters these are; nil for a topic with a file of its own.
    public var deadLettersOf: String?
    /// Kafka's topic settings beyond those above, by Kafka's names.
    public var extraSettings: [String: String]
    /// Where things stand in the file: by key of the file, and `` for its beginning.
    public var places: [String: YAMLMark]

    /// How much larger than its source's the largest message of a dead-letter topic is, bytes:
    /// room for the headers that say why it lies there.
    public static let deadLetterBytesExtra: Int64 = 64 * 1024
    /// How long dead letters wait for somebody, ms: 30 days.
    public static let deadLetterRetentionMs: Int64 = 30 * 86_400_000

    /// Whether records have keys. Then more partitions would move keys away from their state.
    public var isKeyed: Bool { key != "none" }

    /// Whether it holds the tables of a service.
    public var isChangelog: Bool { format == .binary }

    /// Where the key `field` of the file stands; the file's beginning if it is not there.
    public func place(of field: String) -> YAMLMark {
        places[field] ?? places[""] ?? YAMLMark(file: "\(name).yaml", line: 1, column: 1)
    }

    /// Kafka's settings of the topic, by name, for a cluster of this profile.
    public func settings(for profile: ReplicationProfile) -> [String: String] {
        var settings = extraSettings
        settings["cleanup.policy"] = cleanup.policy
        if case .delete(let retentionMs) = cleanup {
            settings["retention.ms"] = String(retentionMs)
        }
        settings["max.message.bytes"] = String(maxMessageBytes)
        settings["message.timestamp.type"] = timestamp.setting
        settings["min.insync.replicas"] = String(profile.minInSync)
        return settings
    }

    /// The dead-letter topic that follows from this one; nil if it has none.
    public var deadLetters: TopicDefinition? {
        guard hasDeadLetters else { return nil }
        var letters = self
        letters.name = name + ".dlq"
        letters.description = "Messages of \(name) that could not be taken, each with the reason."
        letters.cleanup = .delete(retentionMs: Self.deadLetterRetentionMs)
        letters.maxMessageBytes = maxMessageBytes + Self.deadLetterBytesExtra
        letters.timestamp = .create
        letters.writers = readers.filter(\.isService) + [.deadLetters]
        letters.readers = [.dreamnet, .deadLetters, .watchdog]
        letters.schemas = []
        letters.carries = [name]
        letters.hasDeadLetters = false
        letters.order = .none
        letters.retry = nil
        letters.poison = nil
        letters.deadLettersOf = name
        letters.extraSettings = [:]
        return letters
    }
}

extension TopicDefinition {
    /// The value of the envelope's `topic` field: the name after `nervous.`.
    public var kind: String {
        name.hasPrefix("nervous.") ? String(name.dropFirst("nervous.".count)) : name
    }
}
