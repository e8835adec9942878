public import CommandLineKit
public import Contracts

/// One incident: in a few lines, or whole with its timeline.
public struct IncidentReport: Sendable {
    private let view: IncidentView
    private let response: ResponseView?
    private let nowMs: Int64
    private var incident: IncidentPayload { view.incident }

    /// A report at `nowMs`, Unix ms.
    public init(_ view: IncidentView, response: ResponseView?, nowMs: Int64) {
        self.view = view
        self.response = response
        self.nowMs = nowMs
    }

    /// Two or three lines: what, since when, why, and what comes next.
    public func summary(for console: Console) -> String {
        let severity = console.style(incident.severity.rawValue, Self.role(incident.severity))
        var text = "  \(severity) \(incident.incidentId.sanitized)  \(incident.state.rawValue)"
        text += ", opened \(age(incident.openedTs))"
        if let person = incident.acknowledgedBy { text += ", with \(person.sanitized)" }
        text += "\n     \(incident.title.sanitized)\n"
        if let next = nextStep { text += "     \(next.sanitized)\n" }
        return text
    }

    /// What the automation does next, with the time that is left.
    var nextStep: String? {
        guard let response else { return nil }
        guard let step = response.nextStep else {
            return "runbook \(response.runbook): \(response.state.words)"
                + (response.detail.map { ": \($0)" } ?? "")
        }
        let time = response.nextAtMs.map { atMs in
            atMs > nowMs
                ? " in \(HumanText.duration((atMs - nowMs + 999) / 1_000 * 1_000))" : " now"
        }
        return "next: \(step)\(time ?? "") (runbook \(response.runbook), \(response.state.words))"
    }

    /// Everything that is known of it.
    public func text(for console: Console) -> String {
        var text = summary(for: console)
        for alert in incident.alerts {
            text += "     \(alert.active ? "active" : "clear "): \(Self.line(alert))\n"
        }
        if let runbook = incident.runbook { text += "     runbook: \(runbook.sanitized)\n" }
        if incident.relapses > 0 {
            text += "     came back \(HumanText.count(incident.relapses, "time"))\n"
        }
        if let author = incident.declaredBy { text += "     declared by \(author.sanitized)\n" }
        if let resolvedTs = incident.resolvedTs {
            text +=
                "     resolved \(age(resolvedTs)), after "
                + "\(HumanText.duration(resolvedTs - incident.openedTs))\n"
        }
        text += steps(console) + timeline(console)
        return text
    }

    private func steps(_ console: Console) -> String {
        guard let response, !response.steps.isEmpty else { return "" }
        var table = TextTable([
            .fixed("STEP"), .fixed("STATE"), .flexible("ACTION"), .flexible("DETAIL"),
        ])
        for step in response.steps {
            table.add(
                .init(step.step), .init(step.state), .init(step.action), .init(step.detail ?? ""))
        }
        return "\n" + table.text(for: console)
    }

    private func timeline(_ console: Console) -> String {
        guard !view.timeline.isEmpty else { return "" }
        var table = TextTable([
            .fixed("TIME (UTC)"), .fixed("KIND"), .fixed("BY"), .flexible("WHAT", minimumWidth: 20),
        ])
        for entry in view.timeline {
            table.add(
                .init(UTCTime.timeOfDay(unixMs: entry.ts), .dim), .init(entry.kind),
                .init(entry.author ?? ""), .init(entry.text))
        }
        let dropped =
            view.dropped > 0
            ? console.style("\(HumanText.count(view.dropped)) older entries are not kept\n", .dim)
            : ""
        return "\n" + dropped + table.text(for: console)
    }

    private func age(_ ts: Int64) -> String { HumanText.age(ofMs: ts, nowMs: nowMs) }

    private static func line(_ alert: IncidentAlert) -> String {
        var text = "\(alert.severity.rawValue) \(alert.signal.rawValue)"
        if let value = alert.value {
            text += " \(FigureText.measurement(value, unit: alert.unit))"
        }
        if let threshold = alert.threshold {
            text += ", threshold \(FigureText.measurement(threshold, unit: alert.unit))"
        }
        return text.sanitized
    }

    /// How loud a severity is shown.
    static func role(_ severity: Severity) -> Style.Role {
        switch severity {
        case .p0, .p1: .bad
        case .p2: .warning
        case .p3: .dim
        }
    }
}

extension String {
    /// `gave_up` as people write it.
    fileprivate var words: String { split(separator: "_").joined(separator: " ") }
}
