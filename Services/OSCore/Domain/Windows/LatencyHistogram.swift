/// A histogram of latencies within a window.
struct LatencyHistogram: Equatable, Sendable {
    /// Upper bounds of the buckets, ms, rising, without the infinite one.
    let boundsMs: [Double]
    /// Requests at or under each bound, then all.
    var counts: BucketCounts

    /// How many requests there are.
    var total: Double { counts.last ?? 0 }

    /// A quantile of a histogram. `isAtLeast`: it lies past the last bound, which stands for it.
    struct Quantile: Hashable, Sendable {
        let valueMs: Double
        let isAtLeast: Bool
    }

    /// Adds one of the same layout; false, and nothing added, if the layout is another one: counts
    /// under different bounds cannot be put together without inventing where requests lay.
    mutating func merge(_ other: LatencyHistogram) -> Bool {
        guard boundsMs == other.boundsMs, counts.count == other.counts.count else { return false }
        counts.update { $1 + other.counts[$0] }
        return true
    }

    /// The quantile `q`, 0 to 1, as Prometheus' `histogram_quantile` has it: the bucket in which the
    /// request of rank `q * total` lies is the first with a count of at least that; within it the
    /// requests are taken to lie evenly:
    ///
    ///     lower + (upper - lower) * (rank - countBefore) / (count - countBefore)
    ///
    /// with 0 as the lower bound of the first bucket. In the infinite bucket it is the last bound.
    func quantile(_ q: Double) -> Quantile? {
        guard total > 0, let last = boundsMs.last, counts.count == boundsMs.count + 1 else {
            return nil
        }
        let rank = q * total
        var index = 0
        while index < counts.count, counts[index] < rank { index += 1 }
        guard index < boundsMs.count else {
            return Quantile(valueMs: last, isAtLeast: true)
        }
        let lower = index == 0 ? 0 : boundsMs[index - 1]
        let before = index == 0 ? 0 : counts[index - 1]
        let within = counts[index] - before
        guard within > 0 else { return Quantile(valueMs: lower, isAtLeast: false) }
        let share = (rank - before) / within
        return Quantile(
            valueMs: lower + (boundsMs[index] - lower) * share, isAtLeast: false)
    }
}
