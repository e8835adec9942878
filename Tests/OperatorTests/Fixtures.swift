import CommandLineKit
import Contracts
import OperatorDomain

/// Records of the compacted topics, as their owners write them.
enum Fixtures {
    static let nowMs: Int64 = 1_763_679_600_000

    static func snapshot(_ records: [(key: String, value: [UInt8]?)]) -> BusSnapshot {
        var snapshot = BusSnapshot()
        for record in records { snapshot.take(key: Array(record.key.utf8), value: record.value) }
        return snapshot
    }

    static func record(
        _ key: String, _ payload: some MessagePayload, ts: Int64 = nowMs
    ) throws -> (key: String, value: [UInt8]?) {
        (key, try Envelope(id: "id", ts: ts, role: .system, payload).serialized())
    }

    static func flag(
        _ flag: String, _ value: FlagValue, service: String = "checkout", holders: [FlagHold]
    ) throws -> (key: String, value: [UInt8]?) {
        try record(
            "\(service)/\(flag)",
            FlagPayload(
                service: service, flag: flag, value: value, version: 7, holders: holders,
                updatedMs: nowMs))
    }

    static func hold(
        _ holder: String, _ value: FlagValue = .bool(true), author: String = "alice",
        reason: String? = "errors", expiresAt: Int64? = nil
    ) -> FlagHold {
        FlagHold(
            holder: holder, value: value, author: author, reason: reason,
            sinceMs: nowMs - 180_000, expiresAt: expiresAt, commandId: "c")
    }

    static func incident(
        _ id: String, _ severity: Severity = .p0, state: IncidentState = .open,
        openedTs: Int64 = nowMs - 180_000, title: String = "p95 at 6.1 s"
    ) throws -> (key: String, value: [UInt8]?) {
        let payload = IncidentPayload(
            type: "incident_opened", incidentId: id,
            service: ServiceName.ofIncident(id) ?? "checkout", state: state, severity: severity,
            title: title, revision: 1, openedTs: openedTs, evidenceTs: nowMs,
            alerts: [
                IncidentAlert(
                    alertId: "a", signal: .latency, severity: severity, active: true,
                    value: 6_100, threshold: 5_000, unit: "ms")
            ], relapses: 0, runbook: "p0-outage", reason: "opened")
        return try record(
            "incident/\(id)",
            IncidentView(
                incident: payload,
                timeline: [TimelineEntry(ts: nowMs, kind: "incident", text: "opened")],
                dropped: 0))
    }

    static func response(
        _ incident: String, next: String?, atMs: Int64?
    ) throws -> (key: String, value: [UInt8]?) {
        try record(
            "response/\(incident)",
            ResponseView(
                incidentId: incident, service: "checkout", runbook: "p0-outage", state: "undoing",
                steps: [StepView(step: "safe-mode", action: "SAFE_MODE on", state: "done")],
                nextStep: next, nextAtMs: atMs))
    }

    static func heartbeat(ageMs: Int64 = 1_000) throws -> (key: String, value: [UInt8]?) {
        try record(
            "!heartbeat", FlagsHeartbeatPayload(version: 41, intervalMs: 5_000),
            ts: nowMs - ageMs)
    }

    static func console(width: Int? = nil) -> Console { CapturedOutput().console(width: width) }
}
