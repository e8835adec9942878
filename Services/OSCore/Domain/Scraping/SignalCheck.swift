public import Contracts

/// Says whether what an instance reports can show what its profile judges
/// (`dreamnet signals check SERVICE`).
public enum SignalCheck {
    /// What was found out about one rule, or one line of it.
    public struct Finding: Sendable, Hashable {
        /// The signal.
        public let signal: GoldenSignal
        /// The line's severity; nil for the rule as a whole.
        public let severity: Severity?
        /// Whether it can be judged.
        public let isFine: Bool
        /// The finding, for people.
        public let text: String
    }

    /// How far from a line the nearest bound may be: within a bucket, requests are taken to lie
    /// evenly, so that without a bound there a percentile near the line is a guess.
    public static let toleranceRatio = 0.10

    /// Checks a signal of an instance against the rules of `profile`, in their order.
    public static func findings(
        _ signal: SignalPayload, _ profile: SeverityProfile
    ) -> [Finding] {
        profile.rules.flatMap { rule in
            switch rule.measure {
            case .p95Ms: latency(rule, signal.latencyBoundsMs)
            case .p95TimesNormal:
                [
                    presence(
                        rule, signal.latencyBoundsMs != nil, "a latency histogram",
                        "its lines depend on what is normal")
                ]
            case .errorRatio:
                [presence(rule, signal.errorsTotal != nil, "requests by status", "it is reported")]
            case .dropRatio, .requestsPerSecond:
                [presence(rule, signal.requestsTotal != nil, "requests", "it is reported")]
            case .usedRatio:
                [
                    presence(
                        rule, signal.cpu != nil || signal.memory != nil, "CPU or memory",
                        "it is reported")
                ]
            // What nervous-system says of a queue; no target of a scrape does.
            case .deadLetters, .deadLettersPerMinute, .slowedTasks:
                [presence(rule, false, "dead letters", "")]
            }
        }
    }

    /// Whether every line of a latency rule can be shown by buckets with these bounds.
    static func latency(_ rule: SignalRule, _ boundsMs: [Double]?) -> [Finding] {
        guard let boundsMs, let last = boundsMs.last else {
            return [presence(rule, false, "a latency histogram", "")]
        }
        var lines: [(severity: Severity?, ms: Double)] =
            rule.limits.sorted { $0.key.rank < $1.key.rank }.map { ($0.key, $0.value) }
        lines.append((nil, rule.recover))
        return lines.map { severity, ms in
            let nearest = boundsMs.min { abs($0 - ms) < abs($1 - ms) } ?? last
            let name = severity.map { "the \($0.rawValue) line" } ?? "the recovery line"
            let line = "\(name) of \(AlertText.duration(ms))"
            if ms > last {
                return Finding(
                    signal: .latency, severity: severity, isFine: false,
                    text: "\(line) lies past the last bucket (\(AlertText.duration(last))): "
                        + "it can never be seen; add a bucket at \(AlertText.duration(ms)) or above"
                )
            }
            if abs(nearest - ms) <= toleranceRatio * ms {
                return Finding(
                    signal: .latency, severity: severity, isFine: true,
                    text: "\(line) has a bucket at \(AlertText.duration(nearest))")
            }
            return Finding(
                signal: .latency, severity: severity, isFine: false,
                text: "\(line) has no bucket near (the nearest is "
                    + "\(AlertText.duration(nearest))): add one at \(AlertText.duration(ms))")
        }
    }

    private static func presence(
        _ rule: SignalRule, _ isThere: Bool, _ what: String, _ fine: String
    ) -> Finding {
        Finding(
            signal: rule.signal, severity: nil, isFine: isThere,
            text: isThere
                ? "\(rule.measure.rawValue): \(fine)"
                : "\(rule.measure.rawValue): the target does not report \(what)")
    }
}
