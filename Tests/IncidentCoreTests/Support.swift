import Contracts
import JSON
import Streams
import Testing

@testable import IncidentCoreDomain

typealias Harness = ReducerHarness<IncidentCoreReducer>

/// When the tests begin, Unix ms.
let startMs: Int64 = 1_763_679_600_000

/// A policy with short windows: stable after 60 s, reopened within 10 min.
func testPolicy(
    timelineMax: Int = 200, alertsMax: Int = 32, incidentsKeptMax: Int = 20
) -> IncidentCorePolicy {
    IncidentCorePolicy(
        resolveAfterMs: 60_000, timelineMax: timelineMax, alertsMax: alertsMax,
        incidentsKeptMax: incidentsKeptMax,
        triggers: [
            RunbookTrigger(runbook: "p0-outage", severities: [.p0]),
            RunbookTrigger(runbook: "p1-degradation", severities: [.p1]),
        ])
}

func makeHarness(_ policy: IncidentCorePolicy = testPolicy()) throws -> Harness {
    try ReducerHarness(at: startMs) { IncidentCoreReducer(policy: policy) }
}

/// An alert about `checkout` whose evidence is `afterMs` after the start.
func alert(
    _ type: String = "alert_raised", _ id: String = "checkout.latency.1",
    _ severity: Severity = .p0, signal: GoldenSignal = .latency, afterMs: Int64 = 0,
    service: String = "checkout"
) -> AlertPayload {
    let value: Double? = type == "alert_cleared" ? 412 : 6_210.4
    return AlertPayload(
        type: type, alertId: id, service: service, signal: signal, severity: severity,
        value: signal == .errors ? 0.425 : value, threshold: signal == .errors ? 0.1 : 5_000,
        unit: signal == .errors ? "ratio" : "ms", windowMs: 10_000,
        evidenceTs: startMs + afterMs, raisedTs: startMs + afterMs, reason: "os-core says so")
}

/// The outcome of a step of the P0 runbook.
func stepOutcome(
    _ command: String, _ incident: String, step: String = "safe-mode",
    status: OutcomeStatus = .succeeded, code: OutcomeCode? = nil, undo: Bool? = nil,
    flags: [FlagChange]? = nil, reason: String? = nil
) -> OutcomePayload {
    let change = FlagChange(
        flag: step == "safe-mode" ? "safe_mode" : "write_drain", service: "checkout",
        value: .bool(undo != true))
    return OutcomePayload(
        commandId: command, status: status, final: true,
        action: step == "safe-mode" ? "set_safe_mode" : "set_write_drain",
        author: "service/nervous-system", service: "checkout", code: code, reason: reason,
        flags: flags ?? (status == .succeeded ? [change] : nil), incidentId: incident,
        runbook: "p0-outage", step: step, undo: undo)
}

extension ReducerHarness where R == IncidentCoreReducer {
    /// Sends an alert under its service's key.
    @discardableResult
    func alert(
        _ type: String = "alert_raised", _ id: String = "checkout.latency.1",
        _ severity: Severity = .p0, signal: GoldenSignal = .latency, afterMs: Int64? = nil,
        service: String = "checkout", messageID: String? = nil
    ) throws -> [HarnessOutput] {
        try send(
            IncidentCoreTests.alert(
                type, id, severity, signal: signal, afterMs: afterMs ?? nowMs - startMs,
                service: service),
            key: service, id: messageID)
    }

    /// Sends an outcome under its service's key.
    @discardableResult
    func outcome(_ outcome: OutcomePayload, messageID: String? = nil) throws -> [HarnessOutput] {
        try send(outcome, key: outcome.service, id: messageID)
    }

    /// Sends a directive of alice.
    @discardableResult
    func direct(
        _ type: CommandType, _ command: String = "c1", author: String = "alice",
        service: String? = nil, incident: String? = nil, severity: Severity? = nil,
        title: String? = nil, text: String? = nil, reason: String? = nil,
        messageID: String? = nil
    ) throws -> [HarnessOutput] {
        try send(
            DirectivePayload(
                type: type.rawValue, commandId: command, author: author, service: service,
                reason: reason, incidentId: incident, severity: severity, title: title,
                text: text),
            key: service ?? incident.flatMap(ServiceName.ofIncident) ?? "*", id: messageID)
    }

    /// Opens a P0 of `checkout` and gives its id.
    func openIncident() throws -> String {
        try #require(try alert().incident?.incidentId)
    }

    /// Everything said of incidents so far, by type.
    var turns: [String] { outputs.compactMap { $0.payload(as: IncidentPayload.self)?.type } }
    /// The view of `checkout`'s incident as last said.
    var view: IncidentView? { outputs.reversed().lazy.compactMap { $0.payload() }.first }
}

extension [HarnessOutput] {
    /// The one record of an incident among them.
    var incident: IncidentPayload? { lazy.compactMap { $0.payload() }.first }
    /// The one view among them.
    var view: IncidentView? { lazy.compactMap { $0.payload() }.first }
    /// The one answer among them.
    var effect: EffectPayload? { lazy.compactMap { $0.payload() }.first }
    /// How many records of incidents there are.
    var incidentCount: Int {
        filter { $0.topic == BusTopic.incident.rawValue }.count
    }
}
