public import Contracts

/// One rule of a severity profile: what is measured, and from where on it is how bad.
///
/// A profile may have several rules of one signal (an absolute latency and one relative to what is
/// normal); the worst verdict is the signal's.
public struct SignalRule: Sendable, Hashable {
    /// What is measured. The raw values are those of config/severity.yaml.
    public enum Measure: String, Sendable, Hashable, CaseIterable {
        /// The 95th percentile of request latency, ms.
        case p95Ms = "p95_ms"
        /// The same as a multiple of what is normal for the service.
        case p95TimesNormal = "p95_times_normal"
        /// Failed requests over answered requests, 0 to 1.
        case errorRatio = "error_ratio"
        /// How far the request rate has dropped under what is normal, 0 to 1.
        case dropRatio = "drop_ratio"
        /// Requests a second, those refused by a flag included.
        case requestsPerSecond = "requests_per_second"
        /// The worse of CPU and memory in use, 0 to 1.
        case usedRatio = "used_ratio"
        /// Dead letters that wait.
        case deadLetters = "dead_letters"
        /// New dead letters a minute.
        case deadLettersPerMinute = "dead_letters_per_minute"
        /// Tasks that read an input slowly because too much of it cannot be taken.
        case slowedTasks = "slowed_tasks"

        /// The golden signal that it belongs to.
        public var signal: GoldenSignal {
            switch self {
            case .p95Ms, .p95TimesNormal: .latency
            case .errorRatio: .errors
            case .dropRatio, .requestsPerSecond: .traffic
            case .usedRatio: .saturation
            case .deadLetters, .deadLettersPerMinute, .slowedTasks: .deadLetters
            }
        }

        /// The unit of values and thresholds as alerts and views carry them. A limit relative to
        /// what is normal is shown as the milliseconds that it comes to.
        public var unit: String {
            switch self {
            case .p95Ms, .p95TimesNormal: "ms"
            case .errorRatio, .dropRatio, .usedRatio: "ratio"
            case .requestsPerSecond: "per_second"
            case .deadLetters: "letters"
            case .deadLettersPerMinute: "letters/min"
            case .slowedTasks: "tasks"
            }
        }
    }

    /// On which side of its limits a measure is bad.
    public enum Side: String, Sendable, Hashable, CaseIterable {
        /// Bad when greater than the limit.
        case above
        /// Bad when less than the limit.
        case below
    }

    /// What is measured.
    public var measure: Measure
    /// The bad side of the limits.
    public var side: Side
    /// The limit of each severity that the rule can give. A value at the limit is not past it.
    public var limits: [Severity: Double]
    /// Where the measure counts as normal again: less than this (`above`), greater (`below`).
    public var recover: Double

    /// A rule. Without `recover`, it recovers a fifth of the way back from its mildest limit:
    /// under 0.8 of it (`above`), over 1.25 of it (`below`).
    public init(
        _ measure: Measure, _ side: Side = .above, limits: [Severity: Double],
        recover: Double? = nil
    ) {
        self.measure = measure
        self.side = side
        self.limits = limits
        let mildest = (side == .above ? limits.values.min() : limits.values.max()) ?? 0
        self.recover = recover ?? (side == .above ? mildest * 0.8 : mildest / 0.8)
    }

    /// The golden signal that the rule judges.
    public var signal: GoldenSignal { measure.signal }

    /// The mildest severity that the rule can give.
    var mildest: Severity? { limits.keys.max { $0.rank < $1.rank } }

    /// The rule with limits that are reached sooner: `factor` of them (`above`), or their
    /// `1 / factor` (`below`), 0 < factor <= 1.
    func tightened(by factor: Double) -> SignalRule {
        let scale = side == .above ? factor : 1 / factor
        return SignalRule(
            measure, side, limits: limits.mapValues { $0 * scale }, recover: recover * scale)
    }
}
