/// A topic to be made.
public struct NewTopic: Sendable, Hashable {
    /// The name without the deployment's prefix.
    public var name: String
    /// How many partitions.
    public var partitions: Int32
    /// How many brokers keep a copy; -1 for the broker's default.
    public var replicationFactor: Int32
    /// Kafka's topic settings, such as `cleanup.policy`.
    public var settings: [String: String]

    /// A topic.
    public init(
        _ name: String, partitions: Int32, replicationFactor: Int32 = -1,
        settings: [String: String] = [:]
    ) {
        self.name = name
        self.partitions = partitions
        self.replicationFactor = replicationFactor
        self.settings = settings
    }
}
