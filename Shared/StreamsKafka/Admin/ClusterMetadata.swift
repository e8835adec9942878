/// What the cluster says about itself.
public struct ClusterMetadata: Sendable, Hashable {
    /// A broker.
    public struct Broker: Sendable, Hashable {
        /// Its number.
        public let id: Int32
        /// `host:port`, as it tells its clients.
        public let address: String
    }

    /// A partition.
    public struct Partition: Sendable, Hashable {
        /// Its number.
        public let id: Int32
        /// The broker that leads it; -1 if there is none.
        public let leader: Int32
        /// The brokers that have a copy.
        public let replicas: [Int32]
        /// Those of them whose copy is up to date.
        public let inSync: [Int32]
    }

    /// A topic.
    public struct Topic: Sendable, Hashable {
        /// The name without the deployment's prefix.
        public let name: String
        /// Its partitions, by number.
        public let partitions: [Partition]
    }

    /// The brokers, by number.
    public let brokers: [Broker]
    /// The topics of this deployment (with its `topicPrefix`), by name.
    public let topics: [Topic]
}
