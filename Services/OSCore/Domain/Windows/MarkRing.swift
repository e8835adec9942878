internal import Streams

/// Where the marks of an instance are, and of which moment each is: a ring, at hand.
struct MarkRing {
    /// A slot of the ring.
    struct Slot {
        /// Event time of the mark, ms; nil if there is none.
        var tsMs: Int64?
        var place: Table<MarkKey, TotalsMark>.Place?
    }

    private var slots = InlineArray<16, Slot>(repeating: Slot())

    subscript(slot: Int) -> Slot {
        get { slots[slot] }
        set { slots[slot] = newValue }
    }
}
