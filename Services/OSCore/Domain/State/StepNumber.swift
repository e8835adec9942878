internal import Contracts

/// A number that is said by how far it is from one before it: whole, from 0 to 2^52, so that no digit
/// is lost on the way.
enum StepNumber {
    private static let max = 4_503_599_627_370_496.0

    /// Whether a number can be said so, and be what another is said from.
    static func holds(_ value: Double) -> Bool {
        value >= 0 && value <= max && Double(Int64(value)) == value
    }

    /// The number that is `step` from `before`. What cannot be a number of this kind is refused.
    static func add(_ step: Int64, to before: Double) throws(BinaryError) -> Double {
        guard holds(before) else { throw BinaryError(.outOfRange, at: 0) }
        let sum = Int64(before).addingReportingOverflow(step)
        guard !sum.overflow, (0...Int64(max)).contains(sum.partialValue) else {
            throw BinaryError(.outOfRange, at: 0)
        }
        return Double(sum.partialValue)
    }
}

extension BinaryWriter {
    /// How far `value` is from `before`; `StepNumber` must hold both.
    mutating func writeStep(_ value: Double, after before: Double) {
        write(Int64(value) - Int64(before))
    }
}

extension BinaryReader {
    /// What `writeStep` wrote.
    mutating func readStep(after before: Double) throws(BinaryError) -> Double {
        try StepNumber.add(try readInt64(), to: before)
    }
}
