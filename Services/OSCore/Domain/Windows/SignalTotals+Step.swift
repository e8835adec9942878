internal import Contracts

// Totals by what was counted since other totals that are known: a byte or two for each number.
extension SignalTotals {
    /// What stands before totals: said in full, or as a step.
    private static let full: UInt8 = 0
    private static let step: UInt8 = 1

    /// Appends what was counted since `before`; all of it, if it is no step from there.
    func encode(into writer: inout BinaryWriter, after before: borrowing SignalTotals) {
        guard isStep(after: before) else {
            writer.write(Self.full)
            return encode(into: &writer)
        }
        writer.write(Self.step)
        writer.writeStep(requests, after: before.requests)
        writer.writeStep(errors, after: before.errors)
        writer.writeStep(refused, after: before.refused)
        // Each bucket has what is in those before it: what it adds to them is the smaller number.
        var below: Int64 = 0
        for index in 0..<latencyCounts.count {
            let counted = Int64(latencyCounts[index]) - Int64(before.latencyCounts[index])
            writer.write(counted - below)
            below = counted
        }
        cpu.encode(into: &writer, after: before.cpu)
        memory.encode(into: &writer, after: before.memory)
    }

    /// Reads what `encode` wrote.
    init(
        from reader: inout BinaryReader, after before: borrowing SignalTotals
    ) throws(BinaryError) {
        guard try reader.readByte() == Self.step else {
            self = try SignalTotals(from: &reader)
            return
        }
        self = copy before
        requests = try reader.readStep(after: before.requests)
        errors = try reader.readStep(after: before.errors)
        refused = try reader.readStep(after: before.refused)
        var below: Int64 = 0
        for index in 0..<latencyCounts.count {
            let counted = below.addingReportingOverflow(try reader.readInt64())
            guard !counted.overflow else { throw BinaryError(.outOfRange, at: 0) }
            below = counted.partialValue
            latencyCounts[index] = try StepNumber.add(below, to: before.latencyCounts[index])
        }
        cpu = try GaugeSum(from: &reader, after: before.cpu)
        memory = try GaugeSum(from: &reader, after: before.memory)
    }

    /// Whether all that is counted is whole, under the same buckets, and nothing else has changed.
    private func isStep(after before: borrowing SignalTotals) -> Bool {
        guard latencyCounts.count == before.latencyCounts.count,
            latencyCounts.count <= BucketCounts.inPlaceMax, computed == before.computed,
            StepNumber.holds(requests), StepNumber.holds(before.requests),
            StepNumber.holds(errors), StepNumber.holds(before.errors),
            StepNumber.holds(refused), StepNumber.holds(before.refused),
            StepNumber.holds(cpu.count), StepNumber.holds(before.cpu.count),
            StepNumber.holds(memory.count), StepNumber.holds(before.memory.count)
        else { return false }
        for index in 0..<latencyCounts.count
        where !StepNumber.holds(latencyCounts[index])
            || !StepNumber.holds(before.latencyCounts[index])
        {
            return false
        }
        return true
    }
}
