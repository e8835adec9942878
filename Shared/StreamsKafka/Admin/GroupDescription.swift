/// A consumer group, as its coordinator describes it.
public struct GroupDescription: Sendable, Hashable {
    /// A member of a group.
    public struct Member: Sendable, Hashable {
        /// The broker's id for it.
        public let id: String
        /// Its `group.instance.id`; nil without static membership.
        public let instanceID: String?
        /// Its `client.id`.
        public let clientID: String
        /// Where it connects from.
        public let host: String
        /// What it owns: partition numbers by topic, without the deployment's prefix.
        public let assignment: [String: [Int32]]
    }

    /// The group, without the deployment's prefix.
    public let name: String
    /// The coordinator's name of the state: `Stable`, `Empty`, `PreparingRebalance`,
    /// `CompletingRebalance`, `Dead`, `Unknown`.
    public let state: String
    /// How partitions are shared out, such as `range`; empty if nobody is there.
    public let assignor: String
    /// Who is in it.
    public let members: [Member]
}
