internal import Contracts

extension IncidentRecord {
    /// What a directive did, and what its author is told.
    typealias Answer = (turn: Turn?, reason: String)

    /// Opens the incident by hand.
    mutating func open(
        declaredBy author: String, reason: String?, _ triggers: [RunbookTrigger], at moment: Moment
    ) -> Answer {
        let text = "declared as \(severity.rawValue): \(title)" + because(reason)
        var lines = [moment.line(.person, text, author: author)]
        linkRunbook(triggers, at: moment).map { lines.append($0) }
        let turn = Turn(
            type: "incident_opened", reason: OneLine.make(text), lines: lines)
        return (turn, "declared \(id) as \(severity.rawValue)")
    }

    /// `author` looks at it from now on.
    mutating func acknowledge(
        by author: String, reason: String?, at moment: Moment
    ) throws(DirectiveRefusal) -> Answer {
        try refuseIfResolved("acknowledge")
        guard acknowledgedBy != author else {
            return (nil, "\(author) had acknowledged \(id) already")
        }
        let text =
            (acknowledgedBy.map { "acknowledged, taken over from \($0)" } ?? "acknowledged")
            + because(reason)
        acknowledgedBy = author
        let turn = Turn(
            type: "incident_acknowledged", reason: OneLine.make("\(text) (\(author))"),
            lines: [moment.line(.person, text, author: author)])
        return (turn, "acknowledged \(id)")
    }

    /// Puts a text on the timeline, of a resolved incident as well: reviews come late.
    func note(_ text: String, by author: String, at moment: Moment) -> Answer {
        let turn = Turn(
            type: "incident_noted", reason: OneLine.make("\(author): \(text)"),
            lines: [moment.line(.person, text, author: author)])
        return (turn, "noted on \(id)")
    }

    /// A person knows better how bad it is. That is evidence, as fresh as the order: raised by
    /// hand, the incident is acted upon.
    mutating func setSeverity(
        _ wanted: Severity, by author: String, reason: String?, _ triggers: [RunbookTrigger],
        at moment: Moment
    ) throws(DirectiveRefusal) -> Answer {
        try refuseIfResolved("set the severity of")
        let before = severity
        if before == wanted, isSeverityFixed {
            return (nil, "\(id) was \(wanted.rawValue) already")
        }
        severity = wanted
        isSeverityFixed = true
        let isWorse = wanted.isWorse(than: before)
        if isWorse { evidenceTs = max(evidenceTs, moment.ts) }
        let text =
            (before == wanted
                ? "severity kept at \(wanted.rawValue)"
                : "severity set from \(before.rawValue) to \(wanted.rawValue)") + because(reason)
        var lines = [moment.line(.person, text, author: author)]
        linkRunbook(triggers, at: moment).map { lines.append($0) }
        let type =
            before == wanted
            ? "incident_updated" : isWorse ? "incident_escalated" : "incident_deescalated"
        let turn = Turn(type: type, reason: OneLine.make("\(text) (\(author))"), lines: lines)
        return (turn, "\(id) is \(wanted.rawValue) until a worse alert comes")
    }

    /// A person says that it is over, whatever the alerts say.
    mutating func resolve(by author: String, reason: String?, at moment: Moment) -> Answer {
        guard !isResolved else { return (nil, "\(id) was resolved already") }
        let active = alerts.filter(\.active).count
        var text = "resolved"
        if active > 0 { text += " with \(active) alert\(active == 1 ? "" : "s") still active" }
        if !mitigations.isEmpty {
            text += active > 0 ? " and " : " with "
            text += "steps not undone: " + mitigations.map(\.step).joined(separator: ", ")
        }
        let done = text.replacing("resolved", with: "resolved \(id)")
        text += because(reason)
        let turn = resolve(
            "\(text) (\(author))", moment.line(.person, text, author: author), at: moment)
        return (turn, OneLine.make(done))
    }

    private func refuseIfResolved(_ verb: String) throws(DirectiveRefusal) {
        guard isResolved else { return }
        throw DirectiveRefusal(
            .invalid,
            "cannot \(verb) \(id): it is resolved (a note can still be added to it)")
    }

    private func because(_ reason: String?) -> String { reason.map { " (\($0))" } ?? "" }
}
