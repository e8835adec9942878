/// A header of a record. Its value may be absent, which is not the same as empty.
public struct RecordHeader: Sendable, Hashable {
    /// The name; names may repeat.
    public let name: String
    /// The value.
    public let value: [UInt8]?

    /// A header.
    public init(_ name: String, _ value: [UInt8]?) {
        self.name = name
        self.value = value
    }

    /// A header whose value is text.
    public init(_ name: String, text: String) {
        self.init(name, Array(text.utf8))
    }
}
