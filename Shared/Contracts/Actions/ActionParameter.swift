/// A parameter of an action.
public struct ActionParameter: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// What it may be.
    public var kind: ActionValueKind
    /// What it is if nobody says; nil: it must be said.
    public var defaultValue: String?
    /// For people.
    public var help: String?

    /// A parameter.
    public init(
        name: String, kind: ActionValueKind, defaultValue: String? = nil, help: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.defaultValue = defaultValue
        self.help = help
    }
}
