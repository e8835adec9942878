internal import Contracts

/// The counts of a histogram's buckets. The usual few are kept in place, so that to copy totals, as
/// each signal does several times, allocates nothing.
struct BucketCounts: Equatable, Sendable {
    /// How many are kept in place.
    static let inPlaceMax = 16

    private(set) var count = 0
    private var head = InlineArray<16, Double>(repeating: 0)
    /// Those after them, if there are more.
    private var tail: [Double]?

    init() {}

    init(repeating value: Double = 0, count: Int) {
        self.count = count
        for index in 0..<inPlace { head[index] = value }
        if count > Self.inPlaceMax {
            tail = [Double](repeating: value, count: count - Self.inPlaceMax)
        }
    }

    init(_ values: [Double]) {
        count = values.count
        for index in 0..<inPlace { head[index] = values[index] }
        if count > Self.inPlaceMax { tail = Array(values[Self.inPlaceMax...]) }
    }

    private var inPlace: Int { min(count, Self.inPlaceMax) }

    var isEmpty: Bool { count == 0 }
    var last: Double? { count == 0 ? nil : self[count - 1] }

    /// The count at `index`, 0 past the last one.
    subscript(index: Int) -> Double {
        get {
            if index < Self.inPlaceMax { return head[index] }
            guard let tail, index < count else { return 0 }
            return tail[index - Self.inPlaceMax]
        }
        set {
            if index < Self.inPlaceMax {
                head[index] = newValue
            } else {
                tail?[index - Self.inPlaceMax] = newValue
            }
        }
    }

    /// Changes each count by `body`, which is given its index too.
    mutating func update(_ body: (Int, Double) -> Double) {
        for index in 0..<inPlace { head[index] = body(index, head[index]) }
        guard count > Self.inPlaceMax else { return }
        for index in Self.inPlaceMax..<count { self[index] = body(index, self[index]) }
    }

    /// Takes away those of `before`, at most what is there.
    mutating func subtract(_ before: borrowing BucketCounts) {
        // All that are in place, those past the last one too, which are 0: so it is done without a
        // question for each.
        for index in 0..<Self.inPlaceMax { head[index] = max(0, head[index] - before.head[index]) }
        guard count > Self.inPlaceMax else { return }
        for index in Self.inPlaceMax..<count { self[index] = max(0, self[index] - before[index]) }
    }

    /// Drops the last counts, so that `count` are left.
    mutating func cut(to count: Int) {
        guard count < self.count else { return }
        for index in count..<max(count, inPlace) { head[index] = 0 }
        if let values = tail {
            tail =
                count > Self.inPlaceMax ? Array(values.prefix(count - Self.inPlaceMax)) : nil
        }
        self.count = count
    }

    static func == (one: BucketCounts, other: BucketCounts) -> Bool {
        guard one.count == other.count, one.tail == other.tail else { return false }
        for index in 0..<one.inPlace where one.head[index] != other.head[index] { return false }
        return true
    }
}

extension BinaryWriter {
    /// The counts behind their number, each compact.
    mutating func writeCompact(_ counts: BucketCounts) {
        writeUnsigned(UInt64(counts.count))
        for index in 0..<counts.count { writeCompact(counts[index]) }
    }
}

extension BinaryReader {
    /// What `writeCompact` wrote, at most `max` counts.
    mutating func readCompactCounts(max: Int) throws(BinaryError) -> BucketCounts {
        let count = try readUnsigned()
        guard count <= UInt64(max) else { throw BinaryError(.outOfRange, at: 0) }
        var counts = BucketCounts(count: Int(count))
        for index in 0..<Int(count) { counts[index] = try readCompact() }
        return counts
    }
}
