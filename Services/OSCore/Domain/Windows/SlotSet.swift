/// Some of a ring's slots, a bit each.
struct SlotSet: Equatable, Sendable {
    private(set) var bits: UInt16 = 0

    init() {}

    init(bits: UInt16) { self.bits = bits }

    var isEmpty: Bool { bits == 0 }

    /// The least slot.
    var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

    func contains(_ slot: Int) -> Bool { bits & 1 << UInt16(slot) != 0 }

    mutating func insert(_ slot: Int) { bits |= 1 << UInt16(slot) }

    mutating func remove(_ slot: Int) { bits &= ~(1 << UInt16(slot)) }

    func union(_ other: SlotSet) -> SlotSet { SlotSet(bits: bits | other.bits) }

    func intersection(_ other: SlotSet) -> SlotSet { SlotSet(bits: bits & other.bits) }

    func subtracting(_ other: SlotSet) -> SlotSet { SlotSet(bits: bits & ~other.bits) }

    /// The slot in which a run of the ring begins: one whose predecessor is none of them. Slot 0 if
    /// all of them are.
    var begin: Int? {
        let begins = bits & ~(bits << 1 | bits >> 15)
        return SlotSet(bits: begins).first ?? first
    }

    /// The same slots, counted from `slot` around the ring.
    func counted(from slot: Int) -> SlotSet {
        SlotSet(bits: bits >> UInt16(slot) | bits << UInt16(16 - slot))
    }
}
