/// What came of the requests that ended within a second, or within a whole run.
public struct LoadReport: Hashable, Sendable {
    /// Whole seconds since the start.
    public var second = 0
    /// Requests begun.
    public var sent = 0
    /// Answered with 2xx.
    public var ok = 0
    /// Answered with something else, or not at all.
    public var errors = 0
    /// Refused because of a flag (503 with `X-Refused-By-Flag`); not among the errors.
    public var refused = 0
    /// Requests that the rate asked for and that no thread was free to send.
    public var skipped = 0
    /// Times to answer in milliseconds, of what was answered and not refused, at most
    /// `maxLatencies` of them.
    var latenciesMs: [Double] = []

    private static let maxLatencies = 100_000

    /// Half of the answers came within this time, in milliseconds; nil without answers.
    public var p50Ms: Double? { percentile(0.5) }
    /// 95 of 100 answers came within this time, in milliseconds; nil without answers.
    public var p95Ms: Double? { percentile(0.95) }

    mutating func addLatency(_ latencyMs: Double) {
        if latenciesMs.count < Self.maxLatencies {
            latenciesMs.append(latencyMs)
        }
    }

    /// Adds what a later second brought.
    mutating func add(_ other: LoadReport) {
        second = other.second
        sent += other.sent
        ok += other.ok
        errors += other.errors
        refused += other.refused
        skipped += other.skipped
        let room = Self.maxLatencies - latenciesMs.count
        latenciesMs += other.latenciesMs.prefix(max(0, room))
    }

    /// The report as one line of JSON.
    public var json: String {
        func number(_ value: Double?) -> String {
            value.map { "\(($0 * 10).rounded() / 10)" } ?? "null"
        }
        return #"{"second":\#(second),"sent":\#(sent),"ok":\#(ok),"errors":\#(errors),"#
            + #""refused":\#(refused),"skipped":\#(skipped),"#
            + #""p50Ms":\#(number(p50Ms)),"p95Ms":\#(number(p95Ms))}"#
    }

    /// The report as one line for people.
    public var text: String {
        func time(_ value: Double?) -> String {
            value.map { "\(Int($0.rounded())) ms" } ?? "-"
        }
        return "\(second) s: sent \(sent), ok \(ok), errors \(errors), refused \(refused), "
            + "skipped \(skipped), p50 \(time(p50Ms)), p95 \(time(p95Ms))"
    }

    /// The nearest-rank percentile.
    private func percentile(_ share: Double) -> Double? {
        guard !latenciesMs.isEmpty else { return nil }
        let rank = Int((Double(latenciesMs.count) * share).rounded(.up))
        return latenciesMs.sorted()[max(1, rank) - 1]
    }
}
