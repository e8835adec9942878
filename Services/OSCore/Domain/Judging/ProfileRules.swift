internal import Contracts

/// A rule made ready for judging: its limits in order.
final class RankedRule: Sendable {
    let rule: SignalRule
    /// The limits, the worst severity first.
    let limits: [(severity: Severity, limit: Double)]

    init(_ rule: SignalRule) {
        self.rule = rule
        limits = rule.limits.sorted { $0.key.rank < $1.key.rank }.map { ($0.key, $0.value) }
    }

    /// How bad `value` is if the limits are multiplied by `scale`, nothing remembered.
    /// - Parameter isAtLeast: the true value is `value` or more, no one knows how much more (a
    ///   percentile past the last bound of a histogram): then a limit at `value` is passed too.
    func level(of value: Double, isAtLeast: Bool, scale: Double = 1) -> SignalLevel {
        let isAbove = rule.side == .above
        for (severity, unscaled) in limits {
            let limit = unscaled * scale
            let isPast = isAbove ? value > limit || (isAtLeast && value == limit) : value < limit
            if isPast { return SignalLevel(severity) }
        }
        let recover = rule.recover * scale
        let hasRecovered = isAbove ? value < recover : value > recover
        return hasRecovered ? .normal : .between
    }
}

/// A profile made ready for judging: of each windowed signal its rules, as they are and as they
/// are while the thresholds are lowered.
final class ProfileRules: Sendable {
    let profile: SeverityProfile
    let hysteresis: Hysteresis
    let needsNormalLatency: Bool
    /// A longer event time between two judgements is a gap: what was before says nothing about now.
    let gapMaxMs: Int64
    private let rules: [[RankedRule]]
    private let loweredRules: [[RankedRule]]
    private let mildest: [Severity?]

    init(_ profile: SeverityProfile, lowerFactor: Double) {
        self.profile = profile
        hysteresis = Hysteresis(profile)
        needsNormalLatency = profile.needsNormalLatency
        gapMaxMs =
            max(3 * profile.windowMs, profile.missingDataAfterMs ?? 60_000)
            + profile.evaluateEveryMs
        let bySignal = GoldenSignal.windowed.map { profile.rules(of: $0) }
        rules = bySignal.map { $0.map(RankedRule.init) }
        loweredRules =
            lowerFactor < 1
            ? bySignal.map { $0.map { RankedRule($0.tightened(by: lowerFactor)) } } : rules
        mildest = bySignal.map { $0.compactMap(\.mildest).max { $0.rank < $1.rank } }
    }

    /// The rules of the windowed signal at `index`, in the profile's order.
    func rules(at index: Int, isLowered: Bool) -> [RankedRule] {
        isLowered ? loweredRules[index] : rules[index]
    }

    /// The least severity that the rules of the windowed signal at `index` know.
    func mildest(at index: Int) -> Severity? { mildest[index] }
}

extension GoldenSignal {
    /// The signals that are judged by windows, in the order in which alerts are said.
    static let windowed: [GoldenSignal] = [
        .latency, .errors, .traffic, .saturation, .deadLetters,
    ]
}
