public import CommandLineKit
public import Contracts

/// A message of `nervous.alert` as one line.
public enum AlertLine {
    /// `03:00:00.250  P0  checkout  alert_raised  p95 ...`; nil if it is of another service.
    public static func text(
        _ envelope: Envelope, service wanted: String?, console: Console
    ) -> String? {
        let time = console.style(UTCTime.timeOfDay(unixMs: envelope.ts), .dim)
        if let alert = try? envelope.payload(as: AlertPayload.self) {
            guard wanted == nil || wanted == alert.service else { return nil }
            let isOver = alert.type == "alert_cleared"
            let severity = console.style(
                alert.severity.rawValue, isOver ? .good : IncidentReport.role(alert.severity))
            return "\(time)  \(severity)  \(alert.service.sanitized)  \(alert.type)  "
                + alert.reason.sanitized
        }
        guard let event = try? envelope.payload(as: ControlEventPayload.self) else {
            return wanted == nil ? "\(time)  --  \(envelope.type.sanitized) (unknown)" : nil
        }
        guard event.copy != true,
            wanted == nil || wanted == event.service || event.service == ServiceName.all
        else {
            return nil
        }
        let service = event.service == ServiceName.all ? "all" : event.service
        let module = event.module.map { " \($0)" } ?? ""
        let agent = event.agentId.map { " \($0)" } ?? ""
        let versions = event.toVersion.map { " from \(event.fromVersion ?? "?") to \($0)" } ?? ""
        let reason = event.reason.map { ": \($0)" } ?? ""
        return "\(time)  --  "
            + "\(service)  \(event.type)\(module)\(agent)\(versions)  by \(event.author)\(reason)"
            .sanitized
    }
}
