import Contracts
import JSON
import Testing

/// A payload struct with one value in which every field is there, and one with the least.
struct PayloadSample: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: String
    let types: [String]
    let full: JSONValue
    let minimal: JSONValue
    /// The same two as the type itself writes them.
    let written: [JSONValue]
    /// Reads the JSON as the struct and writes it again.
    let roundTrip: @Sendable (JSONValue) throws -> JSONValue

    init<Payload: MessagePayload>(full: Payload, minimal: Payload) throws {
        name = "\(Payload.self)"
        kind = Payload.topic.kind
        types = Payload.types
        self.full = try JSON.encodeToValue(full)
        self.minimal = try JSON.encodeToValue(minimal)
        written = [try full.jsonValue(), try minimal.jsonValue()]
        roundTrip = { value in
            try JSON.encodeToValue(try JSON.decode(Payload.self, from: value))
        }
    }

    var testDescription: String { name }

    static let all: [PayloadSample] = {
        do {
            return try orders() + answers() + signals() + incidents() + flags() + views()
        } catch {
            preconditionFailure("a sample cannot be encoded: \(error)")
        }
    }()

    private static let ts: Int64 = 1_763_679_600_000
    private static let incidentID = "checkout.0a1b2c3d"

    private static func orders() throws -> [PayloadSample] {
        let command = CommandPayload(
            type: "set_module", author: "alice", service: "checkout", all: false,
            except: ["billing"], reason: "p95 is high", expiresAt: ts, override: true,
            enabled: false, module: "citadel", percent: 50, factor: 2, level: "increase",
            flag: "module:citadel", hotkey: "FEATURE_FLAG=disable:citadel",
            incidentId: incidentID, severity: .p1, title: "Slow", text: "Looking at it",
            action: "rollback", arguments: [NamedValue(name: "to", value: "1")], actionId: "c0",
            solo: true, result: "done", agent: "citadel",
            breakGlass: BreakGlassNote(host: "web-7", baseVersion: 4))
        let request = RequestPayload(
            type: "set_module", author: "service/nervous-system", service: "checkout",
            all: false, except: ["billing"], reason: "p95 is high", expiresAt: ts,
            override: false, enabled: false, module: "citadel", percent: 50, factor: 2,
            level: "increase", flag: "module:citadel", hotkey: "FEATURE_FLAG=disable:citadel",
            incidentId: incidentID, severity: .p1, title: "Slow", text: "Looking at it",
            action: "rollback", arguments: [NamedValue(name: "to", value: "1")], actionId: "c0",
            solo: true, result: "done", agent: "citadel",
            breakGlass: BreakGlassNote(host: "web-7", baseVersion: 4),
            runbook: "p0", step: "safe-mode", undo: false, evidenceTs: ts, replyKey: "billing")
        let directive = DirectivePayload(
            type: "note_incident", commandId: "c1", author: "alice", service: "checkout",
            reason: "why", incidentId: incidentID, severity: .p1, title: "Slow", text: "Note")
        return [
            // The least that every type needs: what a type needs beside is the schema's `allOf`.
            try PayloadSample(
                full: command, minimal: CommandPayload(type: "resume_automation", author: "al")),
            try PayloadSample(
                full: request, minimal: RequestPayload(type: "resume_automation", author: "al")),
            try PayloadSample(
                full: directive,
                minimal: DirectivePayload(type: "ack_incident", commandId: "c1", author: "al")),
        ]
    }

    private static func answers() throws -> [PayloadSample] {
        let effect = EffectPayload(
            type: "directive_refused", subjectId: "c1", service: "checkout",
            incidentId: incidentID, code: "unknown_incident", reason: "no such incident",
            attempts: 1, firstAt: ts, nextAt: ts)
        let outcome = OutcomePayload(
            commandId: "c1", status: .succeeded, final: true, action: "set_safe_mode",
            author: "alice", service: "*", except: ["billing"], code: .heldByOthers,
            reason: "held",
            flags: [FlagChange(flag: "rate_limit", service: "*", value: .number(5))],
            flagsVersion: 3, settingVersion: 4, heldBy: ["person/bob"], incidentId: incidentID,
            runbook: "p0", step: "safe-mode", undo: true, correlationId: "c0",
            target: "kubernetes/shop/web", plan: ["kubectl rollout undo deployment/web"],
            values: [NamedValue(name: "revision", value: "2")], output: "rolled back",
            approver: "bob", tell: "everyone", copy: true)
        let intent = ActionIntentPayload(
            actionId: "c1", commandId: "c1", epoch: "e1", service: "checkout",
            target: "kubernetes/shop/web",
            action: "rollback", arguments: [NamedValue(name: "to", value: "1")],
            captured: [NamedValue(name: "revision", value: "2")], phase: .effect, step: 0,
            attempt: 1, digest: String(repeating: "0a", count: 32))
        let done = ActionEffectPayload(
            type: "action_ended", subjectId: "c1", epoch: "e1", service: "checkout",
            phase: .effect, step: 0, attempt: 1, succeeded: false, code: "timed_out",
            reason: "no end within 60 s", transient: true, output: "waiting",
            values: [NamedValue(name: "revision", value: "2")], attempts: 2)
        let notification = NotificationPayload(
            urgency: .page, service: "checkout", incidentId: incidentID, severity: .p0,
            title: "Down", text: "Do something", commands: ["dreamnet status"],
            contact: "security", evidenceTs: ts)
        return [
            try PayloadSample(
                full: effect,
                minimal: EffectPayload(type: "directive_done", subjectId: "c1", service: "*")),
            try PayloadSample(full: intent, minimal: intent),
            try PayloadSample(
                full: done,
                minimal: ActionEffectPayload(
                    type: "effector_ready", subjectId: "e1", epoch: "e1", service: "*")),
            try PayloadSample(
                full: outcome,
                minimal: OutcomePayload(
                    commandId: "c1", status: .accepted, final: false, action: "ack_incident",
                    author: "alice", service: "checkout")),
            try PayloadSample(
                full: notification,
                minimal: NotificationPayload(
                    urgency: .tell, service: "checkout", title: "t", text: "")),
        ]
    }

    private static func signals() throws -> [PayloadSample] {
        let signal = SignalPayload(
            service: "checkout", instance: "a", requestsTotal: 10, errorsTotal: 1,
            refusedByFlagTotal: 0, latencyBoundsMs: [5, 10], latencyCounts: [1, 2, 10], cpu: 0.5,
            memory: 0.25, startTimeMs: ts)
        let values = SignalValuesPayload(
            service: "checkout", instance: "a", latencyP95Ms: 1.5, errorRate: 0.1,
            requestsPerSecond: 3, cpu: 0.5, memory: 0.25, deadLetters: 3,
            deadLettersPerMinute: 0.5, slowedTasks: 1)
        let failure = ScrapeFailurePayload(
            service: "checkout", instance: "a", code: "timeout", reason: "no answer")
        let heartbeat = HeartbeatPayload(
            service: "checkout", instance: "a", flagsVersion: 3, stale: true,
            serviceVersion: "checkout:41")
        let alert = AlertPayload(
            type: "alert_raised", alertId: "checkout.latency.1", service: "checkout",
            signal: .latency, severity: .p0, value: 3000, threshold: 2000, unit: "ms",
            windowMs: 60_000, evidenceTs: ts, raisedTs: ts, profile: "default", reason: "slow")
        let event = ControlEventPayload(
            type: "module_disabled", service: "*", except: ["auth"], module: "citadel",
            reason: "why",
            author: "alice", commandId: "c1", value: 50, incidentId: incidentID,
            fromVersion: "web:2", toVersion: "web:1", agentId: "citadel",
            queueName: "nervous.signal.dlq", drainedCount: 12, flags: ["safe_mode"],
            host: "web-7", givenMs: ts, copy: true)
        return [
            try PayloadSample(
                full: signal, minimal: SignalPayload(service: "checkout", instance: "a")),
            try PayloadSample(
                full: values, minimal: SignalValuesPayload(service: "checkout", instance: "a")),
            try PayloadSample(full: failure, minimal: failure),
            try PayloadSample(
                full: heartbeat,
                minimal: HeartbeatPayload(service: "checkout", instance: "a", flagsVersion: 0)),
            try PayloadSample(
                full: alert,
                minimal: AlertPayload(
                    type: "alert_cleared", alertId: "x", service: "checkout",
                    signal: .missingData, severity: .p3, evidenceTs: ts, raisedTs: ts, reason: "")),
            try PayloadSample(
                full: event,
                minimal: ControlEventPayload(
                    type: "safe_mode_enabled", service: "checkout", author: "alice",
                    commandId: "c1")),
        ]
    }

    private static let alert = IncidentAlert(
        alertId: "x", signal: .errors, severity: .p1, active: true, value: 0.2, threshold: 0.1,
        unit: "ratio")
    private static let bareAlert = IncidentAlert(
        alertId: "x", signal: .errors, severity: .p1, active: true)
    private static let incident = IncidentPayload(
        type: "incident_resolved", incidentId: incidentID, service: "checkout", state: .resolved,
        severity: .p1, title: "Errors", revision: 4, openedTs: ts, raisedTs: ts, evidenceTs: ts,
        clearedTs: ts, mitigatedTs: ts, resolvedTs: ts, acknowledgedBy: "alice", alerts: [alert],
        relapses: 1, mitigations: ["p0/safe-mode"], runbook: "p0", declaredBy: "bob",
        reason: "stable")
    private static let bareIncident = IncidentPayload(
        type: "incident_opened", incidentId: incidentID, service: "checkout", state: .open,
        severity: .p1, title: "Errors", revision: 1, openedTs: ts, evidenceTs: ts,
        alerts: [bareAlert], relapses: 0, reason: "errors")

    private static func incidents() throws -> [PayloadSample] {
        [try PayloadSample(full: incident, minimal: bareIncident)]
    }

    private static let queueHeld = LedgerHoldPayload(
        queue: "signal", author: "alice", host: "desk", pid: 7, runId: "r1", sinceMs: ts,
        seenMs: ts, discarded: 3, reason: "old")
    private static let queueHeldBare = LedgerHoldPayload(
        queue: "signal", author: "alice", host: "desk", pid: 7, runId: "r1", sinceMs: ts,
        seenMs: ts)

    private static func flags() throws -> [PayloadSample] {
        let hold = FlagHold(
            holder: "person/alice", value: .bool(true), author: "alice", reason: "why",
            sinceMs: ts, expiresAt: ts, except: ["billing"], commandId: "c1")
        let bareHold = FlagHold(
            holder: "person/alice", value: .number(50), author: "alice", sinceMs: ts,
            commandId: "c1")
        let setting = SettingPayload(
            name: .monitor, service: "*", value: "increase", version: 1, author: "alice",
            reason: "why", expiresAt: ts, commandId: "c1")
        let heartbeat = FlagsHeartbeatPayload(version: 3, intervalMs: 5000)
        return [
            try PayloadSample(
                full: FlagPayload(
                    service: "*", flag: "safe_mode", value: .bool(true), version: 3,
                    holders: [hold], except: ["billing"], updatedMs: ts),
                minimal: FlagPayload(
                    service: "checkout", flag: "rate_limit", value: .number(50), version: 3,
                    holders: [bareHold], updatedMs: ts)),
            try PayloadSample(full: heartbeat, minimal: heartbeat),
            try PayloadSample(full: queueHeld, minimal: queueHeldBare),
            try PayloadSample(
                full: LedgerEntryPayload(
                    place: "signal/2/15", resolution: .discarded, author: "alice", atMs: ts,
                    runId: "r1", messageId: "m7~signal/2/15", reason: "nonsense"),
                minimal: LedgerEntryPayload(
                    place: "signal/2/15", resolution: .replayed, author: "alice", atMs: ts,
                    runId: "r1")),
            try PayloadSample(
                full: setting,
                minimal: SettingPayload(
                    name: .automation, service: "checkout", value: "paused", version: 1,
                    author: "alice", commandId: "c1")),
        ]
    }

    private static func views() throws -> [PayloadSample] {
        let signal = SignalView(
            signal: .latency, value: 10, unit: "ms", state: "ok", thresholds: ["P0": 2000],
            recover: 500)
        let bareSignal = SignalView(
            signal: .latency, unit: "ms", state: "unknown", thresholds: ["P0": 2000])
        let entry = TimelineEntry(
            ts: ts, kind: "person", text: "note", author: "alice", messageId: "m1")
        let step = StepView(step: "a", action: "set_safe_mode", state: "done", detail: "ok")
        let setting = SettingView(
            owner: "os-core", partition: 1, version: 2, values: ["monitor/checkout": "increase"])
        return [
            try PayloadSample(
                full: ServiceView(
                    service: "checkout", profile: "default", windowMs: 60_000, evidenceTs: ts,
                    requestsPerSecond: 3, refusedPerSecond: 1, instances: 2, signals: [signal],
                    alerts: [alert]),
                minimal: ServiceView(
                    service: "checkout", profile: "default", windowMs: 60_000, evidenceTs: ts,
                    instances: 0, signals: [bareSignal], alerts: [bareAlert])),
            try PayloadSample(
                full: IncidentView(incident: incident, timeline: [entry], dropped: 2),
                minimal: IncidentView(
                    incident: bareIncident,
                    timeline: [TimelineEntry(ts: ts, kind: "alert", text: "raised")], dropped: 0)),
            try PayloadSample(
                full: ResponseView(
                    incidentId: incidentID, service: "checkout", runbook: "p0",
                    state: "mitigating", steps: [step], nextStep: "b", nextAtMs: ts,
                    detail: "on it"),
                minimal: ResponseView(
                    incidentId: incidentID, service: "checkout", runbook: "p0",
                    state: "finished",
                    steps: [StepView(step: "a", action: "set_safe_mode", state: "waiting")])),
            try PayloadSample(full: setting, minimal: setting),
        ]
    }
}
