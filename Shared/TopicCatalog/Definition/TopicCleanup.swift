/// What becomes of old records: Kafka's `cleanup.policy`.
public enum TopicCleanup: Sendable, Hashable {
    /// They are deleted once they are older than this, ms.
    case delete(retentionMs: Int64)
    /// Of each key the newest stays.
    case compact

    /// The value of `cleanup.policy`.
    public var policy: String {
        switch self {
        case .delete: "delete"
        case .compact: "compact"
        }
    }
}
