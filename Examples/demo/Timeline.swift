internal import CommandLineKit
internal import Contracts

/// Messages of the bus as lines for people.
struct Timeline {
    let console: Console
    /// The moment from which lines count, ms since boot.
    let zeroMs: Int64

    func line(_ who: String, _ text: String, at atMs: Int64, _ role: Style.Role? = nil) {
        let elapsed = atMs - zeroMs
        let time = String(repeating: " ", count: max(0, 8 - "+\(elapsed)".count)) + "+\(elapsed) ms"
        let name = who.padded(to: 15)
        let shown = text.sanitized
        console.line(
            "\(console.style(time, .dim))  \(console.style(name, .bold))"
                + (role.map { console.style(shown, $0) } ?? shown))
    }

    func line(_ seen: BusFollower.Seen) {
        let envelope = seen.envelope
        if let alert = try? envelope.payload(as: AlertPayload.self) {
            let cleared = alert.type == "alert_cleared"
            let verb = alert.type.dropFirst("alert_".count)
            line(
                "os-core", "\(alert.severity.rawValue) \(verb): \(alert.service) \(alert.reason)",
                at: seen.atMs, cleared ? .good : .bad)
        } else if let event = try? envelope.payload(as: ControlEventPayload.self) {
            guard event.copy != true else { return }
            line(
                "control-core", "\(event.type) for \(event.service) (by \(event.author))",
                at: seen.atMs, .warning)
        } else if let incident = try? envelope.payload(as: IncidentPayload.self) {
            line(
                "incident-core",
                "\(incident.type) \(incident.incidentId) \(incident.severity.rawValue): "
                    + incident.reason,
                at: seen.atMs, incident.type == "incident_resolved" ? .good : nil)
        } else if let outcome = try? envelope.payload(as: OutcomePayload.self), outcome.final {
            guard let step = outcome.step else { return }
            line(
                "nervous-system",
                "\(outcome.undo == true ? "undo of" : "step") \(step): \(outcome.status.rawValue)"
                    + (outcome.reason.map { " (\($0))" } ?? ""),
                at: seen.atMs)
        } else if let notification = try? envelope.payload(as: NotificationPayload.self) {
            line(
                "nervous-system",
                "\(notification.urgency.rawValue)s a person: \(notification.title)",
                at: seen.atMs, .warning)
        }
    }

    /// The golden signals of a service as a small table.
    func signals(_ view: ServiceView, _ title: String) {
        var table = TextTable([.fixed(title), .fixed("VALUE", .right), .fixed("STATE")])
        for signal in view.signals where signal.signal != .missingData {
            table.add(
                .init(signal.signal.rawValue), .init(Self.text(signal.value, signal.unit)),
                .init(signal.state, signal.state == "ok" ? .good : .bad))
        }
        for row in table.text(for: console).split(separator: "\n") { console.line("    \(row)") }
    }

    static func text(_ value: Double?, _ unit: String) -> String {
        guard let value else { return "-" }
        if unit == "ms" { return "\(HumanText.count(Int(value.rounded()))) ms" }
        let percent = (value * 1000).rounded() / 10
        return "\(percent) %"
    }
}

extension String {
    /// The text with spaces behind it up to `width` characters.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
