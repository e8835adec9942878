/// A key of bytes: to look something up by a record's key or by a name without making a text of it.
public struct ByteKey: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]

    /// A key of `bytes`.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Takes the bytes as a whole; arrays hash one element after the other.
    public func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}
