/// A value with a compact binary form, for changelog records.
///
/// A struct that is the value of a table begins with a version byte (`BinaryVersion`), so that a
/// later release reads what an earlier one wrote.
public protocol BinaryCodable {
    /// Reads a value; throws on anything that `encode` cannot have written.
    init(from reader: inout BinaryReader) throws(BinaryError)
    /// Appends the value.
    func encode(into writer: inout BinaryWriter)
}

extension BinaryCodable {
    /// The value as bytes.
    public func binary() -> [UInt8] {
        var writer = BinaryWriter()
        encode(into: &writer)
        return writer.bytes
    }

    /// The value in `bytes`, which it must fill to the last.
    public init(binary bytes: [UInt8]) throws(BinaryError) {
        var reader = BinaryReader(bytes)
        try self.init(from: &reader)
        guard reader.remaining == 0 else { throw BinaryError(.trailingBytes, at: bytes.count) }
    }
}

extension Int64: BinaryCodable {
    /// Reads a zig-zag LEB128.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self = try reader.readInt64()
    }

    /// Appends a zig-zag LEB128.
    public func encode(into writer: inout BinaryWriter) { writer.write(self) }
}

extension Int: BinaryCodable {
    /// Reads a zig-zag LEB128.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self = try reader.readInt()
    }

    /// Appends a zig-zag LEB128.
    public func encode(into writer: inout BinaryWriter) { writer.write(self) }
}

extension Double: BinaryCodable {
    /// Reads 8 bytes, little-endian.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self = try reader.readDouble()
    }

    /// Appends 8 bytes, little-endian.
    public func encode(into writer: inout BinaryWriter) { writer.write(self) }
}

extension Bool: BinaryCodable {
    /// Reads one byte, 0 or 1.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self = try reader.readBool()
    }

    /// Appends one byte, 0 or 1.
    public func encode(into writer: inout BinaryWriter) { writer.write(self) }
}

extension String: BinaryCodable {
    /// Reads UTF-8 behind its length.
    public init(from reader: inout BinaryReader) throws(BinaryError) {
        self = try reader.readString()
    }

    /// Appends UTF-8 behind its length.
    public func encode(into writer: inout BinaryWriter) { writer.write(self) }
}

/// The leading version byte of a table's value.
public enum BinaryVersion {
    /// Reads the version and refuses one above `latest`.
    public static func read(
        _ reader: inout BinaryReader, latest: UInt8
    ) throws(BinaryError) -> UInt8 {
        let start = reader.offset
        let version = try reader.readByte()
        guard version >= 1, version <= latest else {
            throw BinaryError(
                .unknownVersion, at: start,
                detail: "version \(version) of its form; this release reads 1 to \(latest)")
        }
        return version
    }
}
