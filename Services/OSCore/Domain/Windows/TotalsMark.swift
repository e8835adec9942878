internal import Contracts

/// The totals of an instance at a moment: where a window may begin.
struct TotalsMark: Equatable, Sendable {
    /// Event time, ms.
    let tsMs: Int64
    let totals: SignalTotals

    init(tsMs: Int64, totals: SignalTotals) {
        self.tsMs = tsMs
        self.totals = totals
    }

    /// Reads a mark that stands behind `before`, if there is one.
    init(from reader: inout BinaryReader, after before: TotalsMark?) throws(BinaryError) {
        let ms = (before?.tsMs ?? 0).addingReportingOverflow(try reader.readInt64())
        // The least number stands for no mark.
        guard !ms.overflow, ms.partialValue != .min else { throw BinaryError(.outOfRange, at: 0) }
        tsMs = ms.partialValue
        if let before {
            totals = try SignalTotals(from: &reader, after: before.totals)
        } else {
            totals = try SignalTotals(from: &reader)
        }
    }
}
