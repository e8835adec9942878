/// Who a writer or reader of topics is at Kafka.
public struct KafkaIdentity: Sendable, Hashable {
    /// The names that the brokers know it by, such as `User:control-core`.
    public let principals: [String]
    /// The consumer groups that it reads in, without the deployment's prefix.
    public let groups: [String]
    /// What its transactional ids begin with, without the deployment's prefix.
    public let transactions: [String]
}
