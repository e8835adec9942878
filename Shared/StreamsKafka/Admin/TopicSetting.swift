/// A setting of a topic, as the broker reports it.
public struct TopicSetting: Sendable, Hashable {
    /// Kafka's name, such as `retention.ms`.
    public let name: String
    /// Nil where the broker keeps it secret or has none.
    public let value: String?
    /// Whether it was set for this very topic: an alteration that leaves it out removes it.
    public let isOwn: Bool
    /// Whether it cannot be altered.
    public let isReadOnly: Bool
}
