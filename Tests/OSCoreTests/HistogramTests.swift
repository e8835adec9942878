import Contracts
import Testing

@testable import OSCoreDomain

/// Percentiles from buckets.
struct HistogramTests {
    @Test(
        arguments: [
            // bounds, cumulative counts, the 95th percentile by hand
            ([100, 200], [0, 100, 100], 195, false),
            ([100, 200], [100, 100, 100], 95, false),
            ([100, 200], [95, 100, 100], 100, false),
            ([100, 200], [90, 100, 100], 150, false),
            ([100, 200], [0, 94, 100], 200, true),
            ([100], [0, 1], 100, true),
        ] as [([Double], [Double], Double, Bool)])
    func `a percentile lies evenly within its bucket, as Prometheus has it`(
        bounds: [Double], counts: [Double], p95: Double, isAtLeast: Bool
    ) throws {
        let quantile = try #require(
            LatencyHistogram(boundsMs: bounds, counts: BucketCounts(counts)).quantile(0.95))
        #expect(abs(quantile.valueMs - p95) < 0.001)
        #expect(quantile.isAtLeast == isAtLeast)
    }

    @Test func `no requests have no percentile`() {
        #expect(
            LatencyHistogram(boundsMs: [1, 2], counts: BucketCounts([0, 0, 0])).quantile(0.95)
                == nil)
        #expect(LatencyHistogram(boundsMs: [], counts: BucketCounts()).quantile(0.95) == nil)
    }

    @Test func `only equal layouts are merged`() {
        var histogram = LatencyHistogram(boundsMs: [1, 2], counts: BucketCounts([1, 2, 3]))
        let hasMergedOther = histogram.merge(
            LatencyHistogram(boundsMs: [1, 3], counts: BucketCounts([1, 1, 1])))
        #expect(!hasMergedOther)
        #expect(histogram.counts == BucketCounts([1, 2, 3]))
        let hasMergedEqual = histogram.merge(
            LatencyHistogram(boundsMs: [1, 2], counts: BucketCounts([1, 1, 1])))
        #expect(hasMergedEqual)
        #expect(histogram.counts == BucketCounts([2, 3, 4]))
    }

    @Test func `past the last bound a line at that bound is passed`() {
        let rule = RankedRule(SignalRule(.p95Ms, limits: [.p0: 5000]))
        #expect(rule.level(of: 5000, isAtLeast: true) == .p0)
        #expect(rule.level(of: 5000, isAtLeast: false) == .between)
    }
}
