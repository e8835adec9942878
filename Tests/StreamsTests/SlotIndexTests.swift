import Testing

@testable import Streams

/// The table that finds slots by hashes, against a dictionary.
struct SlotIndexTests {
    @Test(arguments: [UInt32(0x3), 0xff, 0xffff_ffff])
    func `what was inserted is found, what was removed is not`(mask: UInt32) {
        var index = SlotIndex()
        var hashes: [Int: UInt32] = [:]
        var state: UInt32 = 7
        func next() -> UInt32 {
            state = state &* 1_664_525 &+ 1_013_904_223
            return state >> 8
        }
        for step in 0..<4_000 {
            let slot = Int(next() % 400)
            if let hash = hashes[slot], !step.isMultiple(of: 3) {
                index.remove(slot, hash: hash)
                hashes[slot] = nil
            } else if hashes[slot] == nil {
                // Few hashes, so that many slots have the same one.
                let hash = (next() &* 2_654_435_761) & mask
                index.insert(slot, hash: hash)
                hashes[slot] = hash
            }
        }
        #expect(hashes.count > 50)
        for slot in 0..<400 {
            let hash = hashes[slot] ?? 1
            #expect(index.find(hash) { $0 == slot } == (hashes[slot] == nil ? nil : slot))
        }
    }
}
