internal import Contracts
public import HTTP

/// Counts requests in the names that os-core scrapes.
///
/// What was refused because of a flag is counted by itself, neither as a request nor as an error:
/// a mitigation must not feed the alarm that it answers.
public final class RequestMetrics: Sendable {
    /// Upper bounds in seconds. They hold the lines of the severities (0.5, 1, 2 and 5 s), so
    /// that a percentile is exact on them, and some around for what lies between.
    static let upperBoundsSeconds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 30,
    ]

    private struct Counts {
        // Present from the start: of a series that appears late, the first increase is not seen.
        var byStatus: [Int: UInt64] = [200: 0, 202: 0, 404: 0, 500: 0, 502: 0, 504: 0]
        var buckets = [UInt64](repeating: 0, count: RequestMetrics.upperBoundsSeconds.count + 1)
        var sumSeconds = 0.0
        var refusedByFlag: [String: UInt64] = [:]
    }

    private let counts = Locked(Counts())

    /// Counters at zero; the flags that may refuse are shown at zero as well.
    public init(refusingFlags: [String]) {
        counts.withLock { counts in
            for flag in refusingFlags { counts.refusedByFlag[flag] = 0 }
        }
    }

    /// A request was answered.
    public func answered(status: Int, seconds: Double) {
        let bucket =
            Self.upperBoundsSeconds.firstIndex { seconds <= $0 } ?? Self.upperBoundsSeconds.count
        counts.withLock { counts in
            counts.byStatus[status, default: 0] += 1
            counts.buckets[bucket] += 1
            counts.sumSeconds += seconds
        }
    }

    /// A request was refused because of a flag.
    public func refused(by flag: String) {
        counts.withLock { $0.refusedByFlag[flag, default: 0] += 1 }
    }

    /// Writes all counts.
    public func write(to writer: inout PrometheusTextWriter) {
        let counts = counts.withLock { $0 }
        writer.describe(
            "http_requests_total", .counter,
            help: "Requests answered, by status, without those refused by a flag.")
        for (status, count) in counts.byStatus.sorted(by: { $0.key < $1.key }) {
            writer.sample(
                "http_requests_total", labels: [.init("status", "\(status)")],
                value: Double(count))
        }
        writer.describe(
            "http_request_duration_seconds", .histogram,
            help: "Time to answer, without requests refused by a flag.")
        writer.histogram(
            "http_request_duration_seconds", upperBounds: Self.upperBoundsSeconds,
            counts: counts.buckets, sum: counts.sumSeconds)
        writer.describe(
            "requests_refused_by_flag_total", .counter, help: "Requests refused because of a flag.")
        for (flag, count) in counts.refusedByFlag.sorted(by: { $0.key < $1.key }) {
            writer.sample(
                "requests_refused_by_flag_total", labels: [.init("flag", flag)],
                value: Double(count))
        }
    }
}
