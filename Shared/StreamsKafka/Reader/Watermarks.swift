/// Where a partition begins and ends.
public struct Watermarks: Sendable, Hashable {
    /// The first offset that it still holds.
    public let low: Int64
    /// The offset after the last. For a read_committed reader the last stable one: where the
    /// first open transaction begins.
    public let high: Int64

    /// A pair of offsets.
    public init(low: Int64, high: Int64) {
        self.low = low
        self.high = high
    }
}
