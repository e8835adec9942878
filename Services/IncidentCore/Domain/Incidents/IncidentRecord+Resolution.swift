internal import Contracts

extension IncidentRecord {
    /// When the stable window ends, Unix ms; nil if none runs. A declared incident has none: what
    /// a person saw, no alert can clear.
    func stableMs(_ policy: IncidentCorePolicy) -> Int64? {
        guard state == .recovering, declaredBy == nil, let clearTakenMs else { return nil }
        return clearTakenMs + policy.resolveAfterMs
    }

    /// Resolves the incident if its stable window is over and every step is undone.
    mutating func resolveIfStable(_ policy: IncidentCorePolicy, at moment: Moment) -> Turn? {
        guard mitigations.isEmpty, let stableMs = stableMs(policy), moment.nowMs >= stableMs
        else { return nil }
        let text = "resolved: no alert for \(FigureText.duration(policy.resolveAfterMs))"
        return resolve(text, moment.line(.incident, text), at: moment)
    }

    /// What to say when the stable window is over and steps are still to be undone.
    func pendingUndo(_ policy: IncidentCorePolicy, at moment: Moment) -> Turn? {
        guard stableMs(policy) != nil, !mitigations.isEmpty else { return nil }
        let steps = mitigations.map(\.step).joined(separator: ", ")
        let text =
            "no alert for \(FigureText.duration(policy.resolveAfterMs)); still to be undone: \(steps)"
        return Turn(type: nil, reason: text, lines: [moment.line(.incident, text)])
    }

    /// Ends the incident.
    mutating func resolve(_ reason: String, _ line: TimelineEntry, at moment: Moment) -> Turn {
        state = .resolved
        resolvedTs = max(moment.nowMs, openedTs, clearedTs ?? 0)
        clearTakenMs = nil
        return Turn(type: "incident_resolved", reason: OneLine.make(reason), lines: [line])
    }
}
