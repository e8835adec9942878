internal import Glibc

/// A key of bytes: to look something up by a record's key or by a name without making a text of it.
public struct ByteKey: Hashable, Sendable {
    /// The bytes.
    public let bytes: [UInt8]

    /// A key of `bytes`.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether the bytes are the same; arrays compare one element after the other.
    public static func == (one: ByteKey, other: ByteKey) -> Bool {
        unsafe one.bytes.withUnsafeBytes { left in
            unsafe other.bytes.withUnsafeBytes { right in
                guard left.count == right.count else { return false }
                guard let start = left.baseAddress, let end = right.baseAddress else {
                    return true
                }
                return unsafe memcmp(start, end, left.count) == 0
            }
        }
    }

    /// Takes the bytes as a whole; arrays hash one element after the other.
    public func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}
