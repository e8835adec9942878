/// Reads what `BinaryWriter` wrote. Takes hostile bytes: a length is checked against what is left
/// before anything is allocated.
public struct BinaryReader: ~Copyable {
    private let bytes: [UInt8]
    private var position: Int

    /// Reads from the start of `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.position = 0
    }

    /// How many bytes are left.
    public var remaining: Int { bytes.count - position }

    /// How many bytes were read.
    var offset: Int { position }

    /// One byte.
    public mutating func readByte() throws(BinaryError) -> UInt8 {
        guard position < bytes.count else { throw BinaryError(.truncated, at: position) }
        defer { position += 1 }
        return bytes[position]
    }

    /// An unsigned whole number.
    public mutating func readUnsigned() throws(BinaryError) -> UInt64 {
        var result: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try readByte()
            guard shift < 63 || byte <= 1 else { throw BinaryError(.outOfRange, at: position) }
            result |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return result }
            shift += 7
        }
    }

    /// A whole number of 64 bits.
    public mutating func readInt64() throws(BinaryError) -> Int64 {
        let raw = try readUnsigned()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    /// A whole number.
    public mutating func readInt() throws(BinaryError) -> Int { Int(try readInt64()) }

    /// A truth value.
    public mutating func readBool() throws(BinaryError) -> Bool {
        switch try readByte() {
        case 0: false
        case 1: true
        default: throw BinaryError(.outOfRange, at: position)
        }
    }

    /// A double.
    public mutating func readDouble() throws(BinaryError) -> Double {
        guard remaining >= 8 else { throw BinaryError(.truncated, at: position) }
        var bits: UInt64 = 0
        for index in (0..<8).reversed() { bits = bits << 8 | UInt64(bytes[position + index]) }
        position += 8
        return Double(bitPattern: bits)
    }

    /// Bytes behind their count.
    public mutating func readBytes() throws(BinaryError) -> [UInt8] {
        let count = try readCount(elementBytesMin: 1)
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// UTF-8 behind its length.
    public mutating func readString() throws(BinaryError) -> String {
        let start = position
        guard let text = String(validating: try readBytes(), as: UTF8.self) else {
            throw BinaryError(.notUTF8, at: start)
        }
        return text
    }

    /// A value, by its own decoding.
    public mutating func read<Value: BinaryCodable>(
        _: Value.Type = Value.self
    ) throws(BinaryError) -> Value {
        try Value(from: &self)
    }

    /// A value, if the presence byte says that there is one.
    public mutating func readOptional<Value: BinaryCodable>(
        _: Value.Type = Value.self
    ) throws(BinaryError) -> Value? {
        try readBool() ? try Value(from: &self) : nil
    }

    /// A list behind its count.
    public mutating func readList<Value: BinaryCodable>(
        _: Value.Type = Value.self
    ) throws(BinaryError) -> [Value] {
        let count = try readCount(elementBytesMin: 1)
        var values: [Value] = []
        // A hostile count may claim one element a byte: let the list grow as elements really come.
        values.reserveCapacity(min(count, 1024))
        for _ in 0..<count { values.append(try Value(from: &self)) }
        return values
    }

    /// A count that what is left can hold.
    private mutating func readCount(elementBytesMin: Int) throws(BinaryError) -> Int {
        let start = position
        let count = try readUnsigned()
        guard count <= UInt64(remaining / elementBytesMin) else {
            throw BinaryError(.truncated, at: start)
        }
        return Int(count)
    }
}
