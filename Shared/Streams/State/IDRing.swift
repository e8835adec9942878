/// Ids in the order in which they came, each with 16 bytes of a digest and a time, in flat memory: an
/// id takes its own bytes and about 50 more, where a table of texts takes hundreds.
///
/// The index holds places only; hashes are seeded by the process and decide nothing but where an
/// id is looked for.
struct IDRing {
    /// What stands for the content of a message: the first half of a SHA-256.
    struct Digest: Equatable {
        static let byteCount = 16
        var high: UInt64 = 0
        var low: UInt64 = 0
    }

    private struct Entry {
        let digest: Digest
        let seenMs: Int64
        /// Where the id's bytes begin.
        var start: Int
        let hash: UInt32
        /// How many there are; its complement once the id is forgotten.
        var length: Int32

        var isLive: Bool { length >= 0 }
        var byteCount: Int { Int(isLive ? length : ~length) }
    }

    /// How many ids are live.
    private(set) var count = 0
    private var entries: ContiguousArray<Entry> = []
    private var bytes: [UInt8] = []
    /// The place of an entry, and one; 0 is free. Its size is a power of two.
    private var index = [UInt32](repeating: 0, count: 64)
    /// No live entry lies before it.
    private var head = 0

    /// One past the newest place.
    var end: Int { entries.count }

    /// The place of the oldest live id.
    var oldest: Int? {
        mutating get {
            while head < entries.count, !entries[head].isLive { head += 1 }
            return head < entries.count ? head : nil
        }
    }

    /// The place of `id`, if it is live.
    func find(_ id: [UInt8]) -> Int? {
        let hash = Self.hash(id)
        var slot = Int(hash) & (index.count - 1)
        while index[slot] != 0 {
            let place = Int(index[slot] - 1)
            if entries[place].hash == hash, isEqual(place, id) { return place }
            slot = (slot + 1) & (index.count - 1)
        }
        return nil
    }

    func isLive(_ place: Int) -> Bool { entries[place].isLive }
    func digest(_ place: Int) -> Digest { entries[place].digest }
    func seenMs(_ place: Int) -> Int64 { entries[place].seenMs }

    /// The id at a place, live or not.
    func id(_ place: Int) -> [UInt8] {
        let entry = entries[place]
        return Array(bytes[entry.start..<entry.start + entry.byteCount])
    }

    /// Adds an id that is not there, as the newest.
    mutating func append(_ id: [UInt8], _ digest: Digest, seenMs: Int64) {
        entries.append(
            Entry(
                digest: digest, seenMs: seenMs, start: bytes.count, hash: Self.hash(id),
                length: Int32(clamping: id.count)))
        bytes.append(contentsOf: id)
        count += 1
        if 4 * count > 3 * index.count { growIndex() } else { link(entries.count - 1) }
    }

    /// Takes the newest id away again.
    mutating func removeLast() {
        guard let last = entries.last else { return }
        if last.isLive { forget(entries.count - 1) }
        bytes.removeLast(last.byteCount)
        entries.removeLast()
    }

    /// Forgets the id at a place. It stays there until `compact`.
    mutating func forget(_ place: Int) {
        unlink(place)
        entries[place].length = ~entries[place].length
        count -= 1
    }

    /// Brings back the id at a place.
    mutating func recall(_ place: Int) {
        entries[place].length = ~entries[place].length
        count += 1
        head = min(head, place)
        link(place)
    }

    /// Gives back what forgotten ids take, once that is a good part. Places change.
    mutating func compact() {
        let dead = entries.count - count
        guard dead > 64 + entries.count / 8 else { return }
        var kept = 0
        var byteEnd = 0
        for place in entries.indices where entries[place].isLive {
            var entry = entries[place]
            let start = entry.start
            entry.start = byteEnd
            for offset in 0..<entry.byteCount { bytes[byteEnd + offset] = bytes[start + offset] }
            byteEnd += entry.byteCount
            entries[kept] = entry
            kept += 1
        }
        entries.removeLast(entries.count - kept)
        bytes.removeLast(bytes.count - byteEnd)
        head = 0
        rebuildIndex(size: index.count)
    }

    // MARK: The index

    private mutating func growIndex() { rebuildIndex(size: 2 * index.count) }

    private mutating func rebuildIndex(size: Int) {
        index = [UInt32](repeating: 0, count: size)
        for place in entries.indices where entries[place].isLive { link(place) }
    }

    private mutating func link(_ place: Int) {
        var slot = Int(entries[place].hash) & (index.count - 1)
        while index[slot] != 0 { slot = (slot + 1) & (index.count - 1) }
        index[slot] = UInt32(place) + 1
    }

    /// Frees the slot of a place, and moves up what stands behind it only because it was taken.
    private mutating func unlink(_ place: Int) {
        let mask = index.count - 1
        var hole = Int(entries[place].hash) & mask
        while index[hole] != UInt32(place) + 1 { hole = (hole + 1) & mask }
        var slot = (hole + 1) & mask
        while index[slot] != 0 {
            let wanted = Int(entries[Int(index[slot] - 1)].hash) & mask
            if (slot - wanted) & mask >= (slot - hole) & mask {
                index[hole] = index[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        index[hole] = 0
    }

    private func isEqual(_ place: Int, _ id: [UInt8]) -> Bool {
        let entry = entries[place]
        guard entry.byteCount == id.count else { return false }
        for offset in 0..<id.count where bytes[entry.start + offset] != id[offset] { return false }
        return true
    }

    private static func hash(_ id: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: ByteKey(id).hashValue)
    }
}
