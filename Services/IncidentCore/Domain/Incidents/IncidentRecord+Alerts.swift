internal import Contracts

extension IncidentRecord {
    /// What `report` says beyond what this incident knows.
    func news(of report: AlertReport) -> AlertNews {
        report.alert.news(beyond: alerts.first { $0.alertID == report.alert.alertID })
    }

    /// Opens the incident with its first alert.
    mutating func open(
        _ report: AlertReport, _ policy: IncidentCorePolicy, at moment: Moment
    ) -> Turn {
        store(report, policy)
        var lines = [
            moment.line(.alert, AlertText.line(report, .raised)),
            moment.line(.incident, "opened as \(severity.rawValue)"),
        ]
        linkRunbook(policy.triggers, at: moment).map { lines.append($0) }
        return Turn(
            type: "incident_opened", reason: "opened as \(severity.rawValue): \(title)",
            lines: lines)
    }

    /// Takes a report about one of its alerts, or one that joins them.
    /// - Returns: nil if there is nothing to be said of it.
    mutating func take(
        _ report: AlertReport, _ policy: IncidentCorePolicy, at moment: Moment
    ) -> Turn? {
        let news = news(of: report)
        guard news != .stale else { return nil }
        store(report, policy)
        guard news != .repeated else { return nil }
        let before = severity
        judgeSeverity(report, news)
        var turn = move(report, news, severityBefore: before, at: moment)
        turn.lines.insert(moment.line(.alert, AlertText.line(report, news)), at: 0)
        if news.opensIncident {
            linkRunbook(policy.triggers, at: moment).map { turn.lines.append($0) }
        }
        return turn
    }

    /// Where the incident stands after a report, and what that is called.
    private mutating func move(
        _ report: AlertReport, _ news: AlertNews, severityBefore before: Severity,
        at moment: Moment
    ) -> Turn {
        func turn(_ type: String, _ text: String, because: String) -> Turn {
            Turn(
                type: type, reason: OneLine.make("\(text): \(because)"),
                lines: [moment.line(.incident, text)])
        }
        let what = AlertText.line(report, news)
        switch (state, hasActiveAlert) {
        case (.resolved, _) where !news.opensIncident:
            return Turn(type: "incident_updated", reason: what, lines: [])
        case (.resolved, _):
            comeBack()
            return turn("incident_reopened", "reopened as \(severity.rawValue)", because: what)
        case (.recovering, true):
            comeBack()
            return turn("incident_relapsed", "relapsed as \(severity.rawValue)", because: what)
        case (.open, false):
            state = .recovering
            clearedTs = max(openedTs, moment.ts)
            clearTakenMs = moment.nowMs
            return turn("incident_recovering", "recovering", because: "every alert is clear")
        default:
            guard severity != before else {
                return Turn(type: "incident_updated", reason: what, lines: [])
            }
            let isWorse = severity.isWorse(than: before)
            return turn(
                isWorse ? "incident_escalated" : "incident_deescalated",
                "\(isWorse ? "escalated" : "de-escalated") from \(before.rawValue) to "
                    + severity.rawValue, because: what)
        }
    }

    /// The worst active alert decides, unless a person did and nothing worse has come since. With
    /// every alert clear the severity stays what it was.
    private mutating func judgeSeverity(_ report: AlertReport, _ news: AlertNews) {
        let isWorse = news.opensIncident && report.alert.severity.isWorse(than: severity)
        if isWorse || isResolved && news.opensIncident { isSeverityFixed = false }
        guard !isSeverityFixed, let worst = worstActive else { return }
        severity = worst
        if isWorse, declaredBy == nil { title = AlertText.figures(report) }
    }

    private mutating func comeBack() {
        if isResolved {
            runbook = nil
            runbookSeverity = nil
        }
        state = .open
        relapses += 1
        clearedTs = nil
        clearTakenMs = nil
        resolvedTs = nil
    }

    private mutating func store(_ report: AlertReport, _ policy: IncidentCorePolicy) {
        let alert = report.alert
        alerts.removeAll { $0.alertID == alert.alertID }
        alerts.append(alert)
        if alerts.count > max(1, policy.alertsMax) { dropLeastAlert() }
        alerts.sort { $0.alertID < $1.alertID }
        evidenceTs = max(evidenceTs, alert.evidenceTs)
        raisedTs = min(raisedTs ?? report.raisedTs, report.raisedTs)
    }

    private mutating func dropLeastAlert() {
        func rank(_ alert: KnownAlert) -> (Int, Int, Int64, String) {
            (alert.active ? 1 : 0, -alert.severity.rank, alert.evidenceTs, alert.alertID)
        }
        guard let least = alerts.indices.min(by: { rank(alerts[$0]) < rank(alerts[$1]) }) else {
            return
        }
        alerts.remove(at: least)
    }
}
