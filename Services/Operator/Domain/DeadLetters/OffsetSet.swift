/// A set of offsets as ranges: what was done in order costs next to nothing.
public struct OffsetSet: Sendable, Hashable {
    // Disjoint, not adjacent, in order.
    private var ranges: [Range<Int64>] = []

    /// An empty set.
    public init() {}

    /// How many ranges it takes.
    public var rangeCount: Int { ranges.count }

    /// Whether `offset` is in it.
    public func contains(_ offset: Int64) -> Bool {
        let index = firstIndex(endingAfter: offset)
        return index < ranges.count && ranges[index].contains(offset)
    }

    /// How many offsets at or above `start` are in it.
    public func count(from start: Int64) -> Int {
        ranges[firstIndex(endingAfter: start)...].reduce(0) {
            $0 + Int($1.upperBound - max($1.lowerBound, start))
        }
    }

    /// The first `limit` offsets below `end`.
    public func offsets(before end: Int64, limit: Int) -> [Int64] {
        Array(
            ranges.prefix { $0.lowerBound < end }.lazy
                .flatMap { $0.clamped(to: 0..<max(0, end)) }.prefix(limit))
    }

    /// Puts `offset` in.
    public mutating func insert(_ offset: Int64) {
        guard offset >= 0, offset < .max else { return }
        // The first that could hold it, or touch it from the left.
        let index = firstIndex(endingAfter: offset - 1)
        guard index < ranges.count, ranges[index].lowerBound <= offset + 1 else {
            ranges.insert(offset..<offset + 1, at: index)
            return
        }
        let joined =
            min(ranges[index].lowerBound, offset)..<max(ranges[index].upperBound, offset + 1)
        ranges[index] = joined
        if index + 1 < ranges.count, ranges[index + 1].lowerBound == joined.upperBound {
            ranges[index] = joined.lowerBound..<ranges[index + 1].upperBound
            ranges.remove(at: index + 1)
        }
    }

    /// Takes `offset` out.
    public mutating func remove(_ offset: Int64) {
        let index = firstIndex(endingAfter: offset)
        guard index < ranges.count, ranges[index].contains(offset) else { return }
        let range = ranges[index]
        let pieces = [range.lowerBound..<offset, (offset + 1)..<range.upperBound]
        ranges.replaceSubrange(index...index, with: pieces.filter { !$0.isEmpty })
    }

    /// The index of the first range whose end lies above `offset`; binary search.
    private func firstIndex(endingAfter offset: Int64) -> Int {
        // What is appended goes to the end.
        guard let last = ranges.last, last.upperBound > offset else { return ranges.count }
        var (low, high) = (0, ranges.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound > offset { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
