/// The topics of a task, without the deployment's `topicPrefix`: the log's adapter adds it.
public struct TaskTopics: Sendable, Hashable {
    /// What it reads, in the order of `Topology.inputs`.
    public let inputs: [String]
    /// Its tables' changelog.
    public let changelog: String?
    /// What it may write; `OutgoingRecord.topic` is an index into this. Outputs in the order of
    /// `Topology.outputs`, then the dead-letter topic of each input, then the changelog.
    public let written: [String]
    /// The index of the first input's dead-letter topic in `written`.
    public let deadLettersStart: Int
    /// The index of the changelog in `written`.
    public let changelogIndex: Int?

    /// The topics of a task of `topology`.
    public init(_ topology: Topology) {
        inputs = topology.inputs
        changelog = topology.changelog
        deadLettersStart = topology.outputs.count
        let before = topology.outputs + topology.inputs.map { $0 + ".dlq" }
        changelogIndex = topology.changelog == nil ? nil : before.count
        written = before + (topology.changelog.map { [$0] } ?? [])
    }
}
