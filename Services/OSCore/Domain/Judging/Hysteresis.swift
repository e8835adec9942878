internal import Contracts

/// Decides from the last judgements whether an alert begins, changes or ends: N bad ones in a row
/// raise and escalate, M better ones in a row clear and de-escalate.
struct Hysteresis: Sendable {
    let raiseWindows: Int
    let clearWindows: Int

    /// What happens to the alert.
    enum Change: Hashable, Sendable {
        case raise(Severity)
        case escalate(Severity)
        case deescalate(Severity)
        case clear
    }

    init(_ profile: SeverityProfile) {
        raiseWindows = profile.raiseWindows
        clearWindows = profile.clearWindows
    }

    /// How many judgements are looked back at.
    var streakMax: Int { max(raiseWindows, clearWindows) }

    /// Adds a judgement to `streak` and says what it leads to for an alert of severity `active`
    /// (nil: none). `mildest` is the least severity that the rules know: an alert that is past no
    /// limit any more, yet not recovered, stays on with it.
    func add(
        _ level: SignalLevel, to streak: inout LevelStreak, active: Severity?, mildest: Severity
    ) -> Change? {
        streak.append(level, max: streakMax)
        let sustained = streak.range(ofNewest: raiseWindows)?.lowerBound
        let relaxed = streak.range(ofNewest: clearWindows)?.upperBound
        guard let active else {
            return sustained?.severity.map { .raise($0) }
        }
        if let severity = sustained?.severity, severity.isWorse(than: active) {
            return .escalate(severity)
        }
        guard let relaxed else { return nil }
        guard relaxed > .normal else { return .clear }
        let rest = relaxed.severity ?? mildest
        return active.isWorse(than: rest) ? .deescalate(rest) : nil
    }
}
