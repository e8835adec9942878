internal import Contracts

/// A profile made ready for judging: of each windowed signal its rules, as they are and as they
/// are while the thresholds are lowered.
final class ProfileRules: Sendable {
    let profile: SeverityProfile
    let hysteresis: Hysteresis
    let needsNormalLatency: Bool
    // Of the profile, at hand: to read them there would copy it.
    let windowMs: Int64
    let evaluateEveryMs: Int64
    let minRequests: Double
    let trafficFloor: Double
    let baselineMinutesMin: Int
    let baselineFreezeMaxMs: Int64
    /// A longer event time between two judgements is a gap: what was before says nothing about now.
    let gapMaxMs: Int64
    private let rules: [[RankedRule]]
    private let loweredRules: [[RankedRule]]
    private let mildest: [Severity?]

    init(_ profile: SeverityProfile, lowerFactor: Double) {
        self.profile = profile
        hysteresis = Hysteresis(profile)
        needsNormalLatency = profile.needsNormalLatency
        windowMs = profile.windowMs
        evaluateEveryMs = profile.evaluateEveryMs
        minRequests = profile.minRequests
        trafficFloor = profile.trafficFloor
        baselineMinutesMin = profile.baselineMinutesMin
        baselineFreezeMaxMs = profile.baselineFreezeMaxMs
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

    /// Whether anything judges the windowed signal at `index`.
    func hasRules(at index: Int) -> Bool { !rules[index].isEmpty }

    /// The least severity that the rules of the windowed signal at `index` know.
    func mildest(at index: Int) -> Severity? { mildest[index] }
}

extension GoldenSignal {
    /// The signals that are judged by windows, in the order in which alerts are said.
    static let windowed: [GoldenSignal] = [
        .latency, .errors, .traffic, .saturation, .deadLetters,
    ]
}
