/// A set of offsets, a bit each: whatever the order in which they come, one more costs the same.
public struct OffsetSet: Sendable, Hashable {
    // Under each number of a word its bits, never all zero.
    private var words: [Int64: UInt64] = [:]

    /// An empty set.
    public init() {}

    /// Whether nothing is in it.
    public var isEmpty: Bool { words.isEmpty }

    /// Whether `offset` is in it.
    public func contains(_ offset: Int64) -> Bool {
        words[offset >> 6].map { $0 & Self.bit(offset) != 0 } ?? false
    }

    /// How many offsets at or above `start` are in it.
    public func count(from start: Int64) -> Int {
        words.reduce(0) { $0 + Self.bits($1.value, of: $1.key, from: start).nonzeroBitCount }
    }

    /// How many offsets are in it, and not in `other`.
    public func count(without other: OffsetSet?) -> Int {
        words.reduce(0) { sum, word in
            sum + (word.value & ~(other?.words[word.key] ?? 0)).nonzeroBitCount
        }
    }

    /// The first `limit` offsets below `end`.
    public func offsets(before end: Int64, limit: Int) -> [Int64] {
        var offsets: [Int64] = []
        for key in words.keys.filter({ $0 << 6 < end }).sorted() {
            var bits = words[key] ?? 0
            while bits != 0 {
                let offset = key << 6 + Int64(bits.trailingZeroBitCount)
                guard offset < end, offsets.count < limit else { return offsets }
                offsets.append(offset)
                bits &= bits - 1
            }
        }
        return offsets
    }

    /// Puts `offset` in; a negative one is none.
    public mutating func insert(_ offset: Int64) {
        if offset >= 0 { words[offset >> 6, default: 0] |= Self.bit(offset) }
    }

    /// Takes `offset` out.
    public mutating func remove(_ offset: Int64) {
        guard let bits = words[offset >> 6] else { return }
        let left = bits & ~Self.bit(offset)
        words[offset >> 6] = left == 0 ? nil : left
    }

    /// Takes out all below `start`.
    public mutating func removeAll(before start: Int64) {
        guard words.keys.contains(where: { $0 << 6 < start }) else { return }
        words = words.reduce(into: [:]) { kept, word in
            let bits = Self.bits(word.value, of: word.key, from: start)
            if bits != 0 { kept[word.key] = bits }
        }
    }

    private static func bit(_ offset: Int64) -> UInt64 { 1 << UInt64(offset & 63) }

    /// Those bits of a word that stand for offsets at or above `start`.
    private static func bits(_ word: UInt64, of key: Int64, from start: Int64) -> UInt64 {
        let first = key << 6
        if start <= first { return word }
        // No sum: the last word ends where the type does.
        return start - first > 63 ? 0 : word & (UInt64.max << UInt64(start - first))
    }
}
