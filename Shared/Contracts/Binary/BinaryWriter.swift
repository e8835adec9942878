/// Appends values to a byte buffer in the compact form of changelog records: integers as
/// zig-zag LEB128, strings and lists behind their length, doubles as 8 bytes little-endian.
public struct BinaryWriter: ~Copyable, Sendable {
    /// What was written so far.
    public private(set) var written = ByteBuffer()

    /// An empty buffer.
    public init() {}

    /// A copy of what was written so far.
    public var bytes: [UInt8] { written.bytes }

    /// Empties the buffer and keeps its memory.
    public mutating func removeAll() { written.cut(to: 0) }

    /// Bytes as they are, with no count before them.
    public mutating func append(_ values: some Collection<UInt8>) {
        written.append(contentsOf: values)
    }

    /// One byte.
    public mutating func write(_ value: UInt8) { written.append(value) }

    /// An unsigned whole number, 1 to 10 bytes.
    public mutating func writeUnsigned(_ value: UInt64) { written.appendUnsigned(value) }

    /// A whole number, 1 to 10 bytes.
    public mutating func write(_ value: Int64) {
        written.appendUnsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
    }

    /// A whole number, 1 to 10 bytes.
    public mutating func write(_ value: Int) { write(Int64(value)) }

    /// A truth value, 1 byte.
    public mutating func write(_ value: Bool) { written.append(value ? 1 : 0) }

    /// A double, 8 bytes.
    public mutating func write(_ value: Double) {
        var bits = value.bitPattern
        for _ in 0..<8 {
            written.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
    }

    /// UTF-8 behind its length.
    public mutating func write(_ value: String) {
        writeUnsigned(UInt64(value.utf8.count))
        append(value.utf8)
    }

    /// Bytes behind their count.
    public mutating func write(_ value: [UInt8]) {
        writeUnsigned(UInt64(value.count))
        written.append(contentsOf: value)
    }

    /// A value, by its own encoding.
    public mutating func write(_ value: some BinaryCodable) { value.encode(into: &self) }

    /// A presence byte, then the value if there is one.
    public mutating func write(_ value: (some BinaryCodable)?) {
        guard let value else { return write(UInt8(0)) }
        write(UInt8(1))
        value.encode(into: &self)
    }

    /// The elements behind their count.
    public mutating func write(_ values: [some BinaryCodable]) {
        writeUnsigned(UInt64(values.count))
        for value in values { value.encode(into: &self) }
    }
}
