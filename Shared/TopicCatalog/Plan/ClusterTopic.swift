/// A topic as the cluster has it.
public struct ClusterTopic: Sendable, Hashable {
    /// A setting, as the broker reports it.
    public struct Setting: Sendable, Hashable {
        /// The value in force, nil where the broker does not tell it.
        public var value: String?
        /// Whether it was set for this very topic, and is no default of the broker.
        public var isOwn: Bool

        /// A setting.
        public init(_ value: String?, isOwn: Bool) {
            self.value = value
            self.isOwn = isOwn
        }
    }

    /// The name without the deployment's `topicPrefix`.
    public var name: String
    /// How many partitions.
    public var partitions: Int32
    /// Copies of each partition; of several numbers the lowest.
    public var replicas: Int16
    /// Its settings by Kafka's names.
    public var settings: [String: Setting]

    /// A topic.
    public init(
        name: String, partitions: Int32, replicas: Int16, settings: [String: Setting]
    ) {
        self.name = name
        self.partitions = partitions
        self.replicas = replicas
        self.settings = settings
    }
}
