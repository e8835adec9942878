/// How much of a signal is taken: the rest is refused, whatever a sender says.
enum SignalLimits {
    /// The most bounds of a histogram.
    static let boundsMax = 64
    /// The longest name of an instance, in UTF-8 bytes.
    static let instanceBytesMax = 128
    /// The largest counter: above it a double no longer counts by one.
    static let counterMax = 9_007_199_254_740_992.0
    /// How far ahead of the broker's clock `ts` may be, ms.
    static let aheadMsMax: Int64 = 30_000
    /// The latest `ts` that is taken, whatever the broker's clock says (year 5138), so that sums of
    /// times stay far from the ends of their type.
    static let tsMax: Int64 = 100_000_000_000_000
    /// The longest reason of a failed scrape that is kept, in characters.
    static let reasonMax = 200
}
