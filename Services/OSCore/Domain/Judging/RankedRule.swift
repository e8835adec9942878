internal import Contracts

/// A rule made ready for judging: its limits in order. Plain numbers, so that verdicts can carry the
/// rule that decided without counting references.
struct RankedRule: Sendable {
    let measure: SignalRule.Measure
    let side: SignalRule.Side
    let recover: Double
    // The limits, the worst severity first.
    private var ranked = InlineArray<4, (severity: Severity, limit: Double)>(
        repeating: (.p3, 0))
    private var count = 0

    init(_ rule: SignalRule) {
        measure = rule.measure
        side = rule.side
        recover = rule.recover
        for (severity, limit) in rule.limits.sorted(by: { $0.key.rank < $1.key.rank })
        where count < ranked.count {
            ranked[count] = (severity, limit)
            count += 1
        }
    }

    /// The limits, the worst severity first.
    var limits: [(severity: Severity, limit: Double)] { (0..<count).map { ranked[$0] } }

    /// How bad `value` is if the limits are multiplied by `scale`, nothing remembered.
    /// - Parameter isAtLeast: the true value is `value` or more, no one knows how much more (a
    ///   percentile past the last bound of a histogram): then a limit at `value` is passed too.
    func level(of value: Double, isAtLeast: Bool, scale: Double = 1) -> SignalLevel {
        let isAbove = side == .above
        for index in 0..<count {
            let limit = ranked[index].limit * scale
            let isPast = isAbove ? value > limit || (isAtLeast && value == limit) : value < limit
            if isPast { return SignalLevel(ranked[index].severity) }
        }
        let recover = recover * scale
        let hasRecovered = isAbove ? value < recover : value > recover
        return hasRecovered ? .normal : .between
    }
}
