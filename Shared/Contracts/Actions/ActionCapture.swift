/// A value that a step finds out: what it writes, without the space around it.
public struct ActionCapture: Sendable, Hashable {
    /// The name by which later steps use it.
    public var name: String
    /// What it has to be.
    public var kind: ActionValueKind

    /// A value to be found.
    public init(name: String, kind: ActionValueKind) {
        self.name = name
        self.kind = kind
    }
}
