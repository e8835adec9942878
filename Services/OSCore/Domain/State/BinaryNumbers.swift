internal import Contracts

extension BinaryWriter {
    /// A number that is mostly a count: whole ones from 0 to 2^52 take 1 to 8 bytes, others 9.
    mutating func writeCompact(_ value: Double) {
        // To round is a call of the C library; to convert there and back is not.
        if value >= 0, value <= 4_503_599_627_370_496 {
            let whole = UInt64(value)
            if Double(whole) == value { return writeUnsigned(whole << 1) }
        }
        writeUnsigned(1)
        write(value)
    }

    /// Numbers behind their count, each compact.
    mutating func writeCompact(_ values: [Double]) {
        writeUnsigned(UInt64(values.count))
        for value in values { writeCompact(value) }
    }
}

extension BinaryReader {
    /// What `writeCompact` wrote. A number that is not finite is refused.
    mutating func readCompact() throws(BinaryError) -> Double {
        let head = try readUnsigned()
        if head & 1 == 0 { return Double(head >> 1) }
        let value = try readDouble()
        guard head == 1, value.isFinite else { throw BinaryError(.outOfRange, at: 0) }
        return value
    }

    /// What `writeCompact` wrote, at most `max` numbers.
    mutating func readCompactList(max: Int) throws(BinaryError) -> [Double] {
        let count = try readUnsigned()
        guard count <= UInt64(max) else { throw BinaryError(.outOfRange, at: 0) }
        var values: [Double] = []
        values.reserveCapacity(Int(count))
        for _ in 0..<count { values.append(try readCompact()) }
        return values
    }
}
