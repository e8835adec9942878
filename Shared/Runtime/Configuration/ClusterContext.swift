public import CommandLineKit

/// A cluster with a name, from the file of contexts.
public struct ClusterContext: Sendable {
    /// The name.
    public let name: String
    /// The brokers.
    public let bootstrap: String
    /// What stands before every topic.
    public let topicPrefix: String
    /// Whether a change there is named in capitals before it is done.
    public let isProduction: Bool
    /// What it says, by the long names of options.
    public let values: [String: FileValue]

    /// For people: where it is.
    public var address: String { bootstrap + (topicPrefix.isEmpty ? "" : " (\(topicPrefix)*)") }
}
