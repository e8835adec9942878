/// A parameter, or a value that was found, with its name.
public struct NamedValue: Codable, Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String

    /// A value with its name.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension [NamedValue] {
    /// The value of a name.
    public subscript(name: String) -> String? { first { $0.name == name }?.value }
}
