internal import Contracts

/// The sum and the number of a gauge's values: the difference of two is the mean between them.
struct GaugeSum: BinaryCodable, Hashable, Sendable {
    var sum = 0.0
    var count = 0.0

    init() {}

    mutating func add(_ value: Double?) {
        guard let value else { return }
        sum += value
        count += 1
    }

    /// With one more value.
    func adding(_ value: Double?) -> GaugeSum {
        var sum = self
        sum.add(value)
        return sum
    }

    /// The mean of what was added since `base`; nil if nothing was.
    func mean(since base: GaugeSum) -> Double? {
        let added = count - base.count
        return added > 0 ? max(0, (sum - base.sum) / added) : nil
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        sum = try reader.readCompact()
        count = try reader.readCompact()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.writeCompact(sum)
        writer.writeCompact(count)
    }
    /// Appends by how much the number has grown since `before`, both whole, and the sum if it is
    /// another: a sum of fractions is no shorter as a difference.
    func encode(into writer: inout BinaryWriter, after before: GaugeSum) {
        let added = Int64(count) - Int64(before.count)
        let isSame = sum == before.sum
        writer.write(added << 1 | (isSame ? 0 : 1))
        if !isSame { writer.writeCompact(sum) }
    }

    /// Reads what `encode` wrote.
    init(from reader: inout BinaryReader, after before: GaugeSum) throws(BinaryError) {
        let head = try reader.readInt64()
        count = try StepNumber.add(head >> 1, to: before.count)
        sum = head & 1 == 0 ? before.sum : try reader.readCompact()
    }
}
