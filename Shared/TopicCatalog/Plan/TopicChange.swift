/// One difference between a declared topic and the cluster's.
public struct TopicChange: Sendable, Hashable {
    /// What is to be done.
    public enum Kind: Sendable, Hashable {
        /// The topic is not there.
        case create(partitions: Int32, replicas: Int16, settings: [String: String])
        /// Settings differ. The broker replaces all of a topic's own settings at once, so `replaceWith`
        /// holds those too that were set by others and stay.
        case alter([SettingChange], replaceWith: [String: String])
        /// It has fewer partitions than declared, and no keys that would move.
        case grow(from: Int32, to: Int32)
        /// BREAKING: nothing that can be done in place without harm. `apply` leaves it alone.
        case breaking(reason: String, remedy: String)
    }

    /// A setting that differs.
    public struct SettingChange: Sendable, Hashable {
        /// Kafka's name.
        public let name: String
        /// What the cluster has; nil if it has none.
        public let from: String?
        /// What is declared.
        public let to: String
    }

    /// The topic, without the deployment's `topicPrefix`.
    public let topic: String
    /// What is to be done.
    public let kind: Kind

    /// Whether nothing but a decision of people can mend it.
    public var isBreaking: Bool {
        if case .breaking = kind { true } else { false }
    }
}
