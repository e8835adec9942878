internal import Contracts
internal import Signing

/// A key of an input, as the table of the parked ones has it: the input's name, a zero byte, and
/// the key, or its SHA-256 where it is long.
struct ParkedKey: TableKey {
    let changelogBytes: [UInt8]

    private static let keyBytesMax = 256

    init(input: String, key: [UInt8]) {
        changelogBytes =
            Array(input.utf8) + [0]
            + (key.count <= Self.keyBytesMax ? key : Array(SHA256.hash(key)))
    }

    /// Nil if no input is named.
    init?(changelogBytes: [UInt8]) {
        guard changelogBytes.contains(0) else { return nil }
        self.changelogBytes = changelogBytes
    }

    /// The input that it is a key of.
    var input: String { String(decoding: changelogBytes.prefix { $0 != 0 }, as: UTF8.self) }

    static func < (one: ParkedKey, other: ParkedKey) -> Bool {
        one.changelogBytes.lexicographicallyPrecedes(other.changelogBytes)
    }
}
