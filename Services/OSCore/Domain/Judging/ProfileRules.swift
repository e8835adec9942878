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
    /// The rules of all windowed signals, in the profile's order; behind them the same as they are
    /// while the thresholds are lowered.
    private let ranked: [RankedRule]
    /// Where the rules of each windowed signal are.
    private let places: InlineArray<5, Range<Int>>
    private let loweredPlaces: InlineArray<5, Range<Int>>
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
        let rules = bySignal.flatMap { $0.map(RankedRule.init) }
        let lowered = bySignal.flatMap { $0.map { RankedRule($0.tightened(by: lowerFactor)) } }
        ranked = rules + lowered
        let ends = bySignal.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let places = InlineArray<5, Range<Int>> { ends[$0]..<ends[$0 + 1] }
        self.places = places
        let offset = lowerFactor < 1 ? rules.count : 0
        loweredPlaces = InlineArray { index in
            places[index].lowerBound + offset..<places[index].upperBound + offset
        }
        mildest = bySignal.map { $0.compactMap(\.mildest).max { $0.rank < $1.rank } }
    }

    /// Which rules judge the windowed signal at `index`, in the profile's order.
    func rules(at index: Int, isLowered: Bool) -> Range<Int> {
        isLowered ? loweredPlaces[index] : places[index]
    }

    /// The rule of that number.
    subscript(rule: Int) -> RankedRule { ranked[rule] }

    /// A judgement with the rule that decided.
    func verdict(_ judgement: Judgement) -> Verdict {
        Verdict(judgement: judgement, rule: judgement.rule.map { ranked[$0] })
    }

    /// Whether anything judges the windowed signal at `index`.
    func hasRules(at index: Int) -> Bool { !places[index].isEmpty }

    /// The least severity that the rules of the windowed signal at `index` know.
    func mildest(at index: Int) -> Severity? { mildest[index] }
}

extension GoldenSignal {
    /// The signals that are judged by windows, in the order in which alerts are said.
    static let windowed: [GoldenSignal] = [
        .latency, .errors, .traffic, .saturation, .deadLetters,
    ]
}
