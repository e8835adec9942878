internal import Contracts

/// A run of marks in the changelog: a bit for each slot from its first one on that has a mark, then
/// the marks in this order. The first is said in full, the others by what was counted since the one
/// before.
enum MarkRun {
    /// A run of version 1 is a mark alone.
    private static let version: UInt8 = 2

    /// Appends the marks in `slots`, which there are, counted from `first` on.
    static func encode(
        _ ring: MarkRing, _ slots: SlotSet, from first: Int, into writer: inout BinaryWriter
    ) {
        let places = slots.counted(from: first)
        writer.write(version)
        writer.writeUnsigned(UInt64(places.bits))
        var (beforeMs, before): (Int64, SignalTotals?) = (0, nil)
        for place in 0..<MarkKey.slots where places.contains(place) {
            let slot = (first + place) % MarkKey.slots
            let tsMs = ring[tsMs: slot] ?? 0
            writer.write(tsMs &- beforeMs)
            beforeMs = tsMs
            ring.lend(slot) { totals in
                if let before {
                    totals.encode(into: &writer, after: before)
                } else {
                    totals.encode(into: &writer)
                }
                before = copy totals
            }
        }
    }

    /// The marks of a run, by their distance from its first slot.
    static func decode(
        _ bytes: [UInt8]
    ) throws(BinaryError) -> [(place: Int, mark: TotalsMark)] {
        var reader = BinaryReader(bytes)
        let marks: [(place: Int, mark: TotalsMark)] =
            if try BinaryVersion.read(&reader, latest: version) == 1 {
                [(0, try TotalsMark(from: &reader, after: nil))]
            } else {
                try decodeMarks(&reader)
            }
        guard reader.remaining == 0 else { throw BinaryError(.trailingBytes, at: bytes.count) }
        return marks
    }

    private static func decodeMarks(
        _ reader: inout BinaryReader
    ) throws(BinaryError) -> [(place: Int, mark: TotalsMark)] {
        guard let bits = UInt16(exactly: try reader.readUnsigned()), bits != 0 else {
            throw BinaryError(.outOfRange, at: 1)
        }
        let places = SlotSet(bits: bits)
        var marks: [(place: Int, mark: TotalsMark)] = []
        for place in 0..<MarkKey.slots where places.contains(place) {
            marks.append((place, try TotalsMark(from: &reader, after: marks.last?.mark)))
        }
        return marks
    }
}
