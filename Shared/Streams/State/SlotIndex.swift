/// Finds slots by the hashes of their keys: a hash table that holds no keys, so that a restore looks
/// a key up and adds it with one hash, and growing hashes nothing again.
struct SlotIndex {
    // The hash in the upper half; in the lower one the slot and one more, 0 where there is none.
    private var buckets = ContiguousArray<UInt64>(repeating: 0, count: 16)
    private var count = 0

    private var mask: Int { buckets.count - 1 }

    private static func home(_ bucket: UInt64) -> Int { Int(bucket >> 32) }

    /// Of the slots with this hash the one that is meant.
    func find(_ hash: UInt32, where isMeant: (Int) -> Bool) -> Int? {
        var place = Int(hash) & mask
        while true {
            let bucket = buckets[place]
            if bucket == 0 { return nil }
            if bucket >> 32 == UInt64(hash) {
                let slot = Int(bucket & 0xffff_ffff) - 1
                if isMeant(slot) { return slot }
            }
            place = (place + 1) & mask
        }
    }

    /// Adds a slot, which is not there yet.
    mutating func insert(_ slot: Int, hash: UInt32) {
        if 8 * (count + 1) > 5 * buckets.count { grow() }
        count += 1
        put(UInt64(hash) << 32 | UInt64(slot + 1))
    }

    /// Removes a slot. Those behind it move up, so that nothing is left in between.
    mutating func remove(_ slot: Int, hash: UInt32) {
        let wanted = UInt64(hash) << 32 | UInt64(slot + 1)
        var hole = Int(hash) & mask
        while buckets[hole] != wanted {
            if buckets[hole] == 0 { return }
            hole = (hole + 1) & mask
        }
        count -= 1
        var place = (hole + 1) & mask
        while buckets[place] != 0 {
            let home = Self.home(buckets[place]) & mask
            if (place - home) & mask >= (place - hole) & mask {
                buckets[hole] = buckets[place]
                hole = place
            }
            place = (place + 1) & mask
        }
        buckets[hole] = 0
    }

    private mutating func put(_ bucket: UInt64) {
        var place = Self.home(bucket) & mask
        while buckets[place] != 0 { place = (place + 1) & mask }
        buckets[place] = bucket
    }

    private mutating func grow() {
        let before = buckets
        buckets = ContiguousArray(repeating: 0, count: 2 * before.count)
        for bucket in before where bucket != 0 { put(bucket) }
    }
}
