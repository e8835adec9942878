internal import Contracts

/// What a window says about a signal.
struct Verdict {
    var finding: SignalState.Finding
    /// What was measured, in the unit of the rule.
    var value: Double?
    /// The true value is `value` or more.
    var isAtLeast = false
    /// The rule that decided.
    var rule: RankedRule?
    /// What the rule's limits are multiplied by: what is normal, for a rule that is relative to it.
    var scale = 1.0

    static let unknown = Verdict(finding: .unknown)

    /// The level; nil if there was too little to judge.
    var level: SignalLevel? {
        if case .level(let level) = finding { level } else { nil }
    }

    /// The measure of the rule that decided.
    var measure: SignalRule.Measure? { rule?.measure }

    /// Where the measure counts as normal again.
    var recover: Double? { rule.map { $0.recover * scale } }

    /// The limits as they hold now, in the unit of the value.
    var limits: [(severity: Severity, limit: Double)] {
        rule?.limits.map { ($0.severity, $0.limit * scale) } ?? []
    }

    /// The limit of a severity by the rule that decided; of one that this rule does not know, the
    /// mildest that is worse.
    func threshold(_ severity: Severity) -> Double? {
        limits.last { $0.severity == severity || $0.severity.isWorse(than: severity) }?.limit
    }

    /// How much it weighs against the verdicts of the signal's other rules.
    var weight: Int {
        switch finding {
        case .unknown: rule == nil ? -1 : 0
        case .insufficient: 1
        case .level(let level): 2 + Int(level.rawValue)
        }
    }
}
