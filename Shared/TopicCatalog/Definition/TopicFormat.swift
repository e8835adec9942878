/// What the values of a topic are.
public enum TopicFormat: String, Sendable, Hashable, CaseIterable {
    /// Messages of the bus: JSON envelopes.
    case json
    /// The tables of a service, which alone reads them.
    case binary
}
