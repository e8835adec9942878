/// What a window says about a signal, in plain numbers: five of these are made for each judgement, and
/// mostly change nothing. `ProfileRules.verdict` adds the rule that decided.
struct Judgement {
    var finding: SignalState.Finding
    /// What was measured, in the unit of the rule.
    var value: Double?
    /// The true value is `value` or more.
    var isAtLeast = false
    /// Which of the profile's rules decided.
    var rule: Int?
    /// What the rule's limits are multiplied by: what is normal, for a rule that is relative to it.
    var scale = 1.0

    static let unknown = Judgement(finding: .unknown)

    /// The level; nil if there was too little to judge.
    var level: SignalLevel? {
        if case .level(let level) = finding { level } else { nil }
    }

    /// How much it weighs against the judgements by the signal's other rules.
    var weight: Int {
        switch finding {
        case .unknown: rule == nil ? -1 : 0
        case .insufficient: 1
        case .level(let level): 2 + Int(level.rawValue)
        }
    }
}
