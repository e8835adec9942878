internal import Streams

/// Where the marks of an instance are, and of which moment each is: a ring, at hand. The moments lie
/// side by side, for the begin of a window is looked for among them.
struct MarkRing {
    private var momentsMs = InlineArray<16, Int64>(repeating: .min)
    private var places = InlineArray<16, Table<MarkKey, TotalsMark>.Place?>(repeating: nil)

    /// Event time of the mark in a slot, ms; nil if there is none.
    subscript(tsMs slot: Int) -> Int64? {
        get { momentsMs[slot] == .min ? nil : momentsMs[slot] }
        set { momentsMs[slot] = newValue ?? .min }
    }

    /// Where the table holds the mark of a slot.
    subscript(place slot: Int) -> Table<MarkKey, TotalsMark>.Place? {
        _read { yield places[slot] }
        _modify { yield &places[slot] }
    }
}
