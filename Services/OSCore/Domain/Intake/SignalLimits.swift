/// How much of a signal is taken: the rest is refused, whatever a sender says.
enum SignalLimits {
    /// The most bounds of a histogram.
    static let boundsMax = 64
    /// The longest name of an instance, in UTF-8 bytes.
    static let instanceBytesMax = 128
    /// The largest counter: above it a double no longer counts by one.
    static let counterMax = 9_007_199_254_740_992.0
    /// The largest gauge that a sender has computed (ms, requests a second, letters): whatever is
    /// real is far below, and sums of a window stay exact. topics/schemas/ says the same.
    static let amountMax = 1_000_000_000_000.0
    /// The longest code of a failed scrape, in UTF-8 bytes.
    static let codeBytesMax = 64
    /// The latest `ts` that is taken, whatever the broker's clock says (year 5138), so that sums of
    /// times stay far from the ends of their type.
    static let tsMax: Int64 = 100_000_000_000_000
    /// The longest reason of a failed scrape that is kept, in characters.
    static let reasonMax = 200
}
