public import Contracts

/// What a service reads and writes. Names are without the deployment's `topicPrefix`.
public struct Topology: Sendable, Hashable {
    /// The service, which names its consumer group and its transactional ids.
    public let service: String
    /// Input topics, all with one partition count: a task reads its partition of each.
    public let inputs: [String]
    /// Output topics. Dead-letter topics need not be named.
    public let outputs: [String]
    /// The compacted topic that holds the tables, nil for a stateless service.
    public let changelog: String?

    /// A topology.
    public init(service: String, inputs: [String], outputs: [String], changelog: String?) {
        self.service = service
        self.inputs = inputs
        self.outputs = outputs
        self.changelog = changelog
    }

    /// A topology over topics of the bus, with the changelog `nervous.<service>.state`.
    public init(service: String, inputs: [BusTopic], outputs: [BusTopic]) {
        self.init(
            service: service, inputs: inputs.map(\.rawValue), outputs: outputs.map(\.rawValue),
            changelog: "nervous.\(service).state")
    }
}
