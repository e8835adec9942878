/// Whose clock stamps a topic's records: Kafka's `message.timestamp.type`.
public enum TopicTimestamp: String, Sendable, Hashable, CaseIterable {
    /// The producer's.
    case create
    /// The broker's, when it appends: for topics on which a message's `ts` is held against it.
    case append

    /// The value of `message.timestamp.type`.
    public var setting: String {
        switch self {
        case .create: "CreateTime"
        case .append: "LogAppendTime"
        }
    }
}
