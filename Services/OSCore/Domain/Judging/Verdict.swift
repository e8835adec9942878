internal import Contracts

/// A judgement with the rule that decided: for what is said about it.
struct Verdict {
    let judgement: Judgement
    /// The rule that decided.
    let rule: RankedRule?

    /// What was measured, in the unit of the rule.
    var value: Double? { judgement.value }
    /// The true value is `value` or more.
    var isAtLeast: Bool { judgement.isAtLeast }

    /// The measure of the rule that decided.
    var measure: SignalRule.Measure? { rule?.measure }

    /// Where the measure counts as normal again.
    var recover: Double? { rule.map { $0.recover * judgement.scale } }

    /// The limits as they hold now, in the unit of the value.
    var limits: [(severity: Severity, limit: Double)] {
        rule?.limits.map { ($0.severity, $0.limit * judgement.scale) } ?? []
    }

    /// The limit of a severity by the rule that decided; of one that this rule does not know, the
    /// mildest that is worse.
    func threshold(_ severity: Severity) -> Double? {
        limits.last { $0.severity == severity || $0.severity.isWorse(than: severity) }?.limit
    }
}
