import Contracts
import JSON
import Streams
import Testing

@testable import NervousSystemDomain

/// nervous-system under a harness, one incident of checkout, and a control-core that answers when
/// told to.
final class Scene {
    static let startMs: Int64 = 1_763_679_600_000
    static let second: Int64 = 1_000
    static let minute: Int64 = 60_000
    static let hour: Int64 = 3_600_000
    static let incidentID = "checkout.0a1b2c3d"

    let harness: ReducerHarness<NervousSystemReducer>
    var news: IncidentPayload
    private var settingVersion: Int64 = 0

    init(
        _ policy: NervousSystemPolicy = Scene.policy(), schemas: SchemaCatalog = Scene.schemas,
        partition: Int32 = 2, signingKey: [UInt8]? = nil
    ) throws {
        harness = try ReducerHarness(partition: partition, at: Self.startMs) {
            NervousSystemReducer(
                policy: policy, schemas: schemas, partition: partition, signingKey: signingKey)
        }
        news = IncidentPayload(
            type: "incident_opened", incidentId: Self.incidentID, service: "checkout",
            state: .open, severity: .p0, title: "errors of checkout", revision: 0,
            openedTs: Self.startMs, evidenceTs: Self.startMs, alerts: [], relapses: 0,
            runbook: "p0", reason: "12 % of requests fail")
    }

    // MARK: Policy

    static let p0 = Runbook(
        name: "p0", title: "Contain an outage",
        trigger: RunbookTrigger(runbook: "p0", severities: [.p0]),
        steps: [
            request("safe-mode", .setSafeMode), request("write-drain", .setWriteDrain),
            RunbookStep(
                id: "cause", title: "Find the cause",
                kind: .ask(
                    text: "What changed on {service}?",
                    commands: ["dreamnet incidents note {incident} 'cause: ...'"])),
        ])

    static let p1 = Runbook(
        name: "p1", title: "Take load off",
        trigger: RunbookTrigger(runbook: "p1", severities: [.p1]),
        steps: [
            RunbookStep(
                id: "rate", title: "Reduce the rate",
                kind: .request(
                    RunbookAction(.setRateLimit, enabled: true, percent: 50),
                    undo: RunbookAction(.setRateLimit, enabled: false))),
            request("safe-mode", .setSafeMode),
        ])

    static func request(_ id: String, _ type: CommandType) -> RunbookStep {
        RunbookStep(
            id: id, title: "Turn on \(id)",
            kind: .request(
                RunbookAction(type, enabled: true), undo: RunbookAction(type, enabled: false)))
    }

    static func policy(_ mode: AutomationMode = .act) -> NervousSystemPolicy {
        NervousSystemPolicy(
            runbooks: [p0, p1], automation: ["checkout": mode, "billing": mode])
    }

    static let schemas = SchemaCatalog([
        "command": ["set_safe_mode": needs("author"), "ack_incident": needs("author")],
        "signal": ["golden_signals": needs("instance")],
        "alert": ["alert_raised": needs("alertId")],
        "heartbeat": ["subscriber_heartbeat": needs("instance")],
    ])

    static func needs(_ field: String) -> SchemaCatalog.Check {
        { $0[field]?.stringValue == nil ? "payload.\(field): missing" : nil }
    }

    // MARK: What happens

    var nowMs: Int64 { harness.nowMs }

    /// News of the incident, said now.
    @discardableResult
    func hear(
        _ type: String, _ state: IncidentState, severity: Severity? = nil,
        evidenceAgeMs: Int64? = 0, runbook: String? = nil, id: String? = nil
    ) throws -> [HarnessOutput] {
        news.type = type
        news.state = state
        news.severity = severity ?? news.severity
        news.runbook = runbook ?? news.runbook
        news.revision += 1
        if let evidenceAgeMs { news.evidenceTs = nowMs - evidenceAgeMs }
        news.clearedTs = state == .open ? nil : (news.clearedTs ?? nowMs)
        return try harness.send(news, key: news.service, id: id)
    }

    @discardableResult
    func open(_ severity: Severity = .p0, evidenceAgeMs: Int64 = 0) throws -> [HarnessOutput] {
        news.runbook = severity == .p0 ? "p0" : severity == .p1 ? "p1" : nil
        return try hear(
            "incident_opened", .open, severity: severity, evidenceAgeMs: evidenceAgeMs)
    }

    @discardableResult
    func clear() throws -> [HarnessOutput] {
        try hear("incident_recovering", .recovering, evidenceAgeMs: nil)
    }

    @discardableResult
    func relapse() throws -> [HarnessOutput] { try hear("incident_relapsed", .open) }

    @discardableResult
    func resolve() throws -> [HarnessOutput] {
        try hear("incident_resolved", .resolved, evidenceAgeMs: nil)
    }

    /// The answer of control-core to the newest request.
    @discardableResult
    func answer(
        _ status: OutcomeStatus = .succeeded, _ code: OutcomeCode? = nil, heldBy: [String]? = nil,
        to requestID: String? = nil, final: Bool? = nil, ageMs: Int64 = 0
    ) throws -> [HarnessOutput] {
        let id = try #require(requestID ?? requestIDs.last)
        let request = try #require(requests.last)
        return try harness.send(
            OutcomePayload(
                commandId: id, status: status, final: final ?? status.isFinal,
                action: request.type, author: request.author, service: "checkout", code: code,
                reason: code.map { "because of \($0.rawValue)" }, heldBy: heldBy,
                incidentId: request.incidentId, runbook: request.runbook, step: request.step,
                undo: request.undo),
            key: "checkout", at: nowMs - ageMs)
    }

    /// The opening, and both steps of p0 done.
    func mitigate() throws {
        try open()
        try answer()
        try answer()
    }

    @discardableResult
    func automation(
        _ value: String, of service: String = "checkout", version: Int64? = nil
    ) throws -> [HarnessOutput] {
        settingVersion += 1
        return try harness.send(
            SettingPayload(
                name: .automation, service: service, value: value,
                version: version ?? settingVersion, author: "alice", commandId: "c"),
            key: service)
    }

    @discardableResult
    func wait(_ ms: Int64) throws -> [HarnessOutput] { try harness.advance(to: nowMs + ms) }

    // MARK: What was said

    var requests: [RequestPayload] { harness.outputs.compactMap { $0.payload() } }
    var requestIDs: [String] {
        harness.outputs.filter { $0.topic == BusTopic.request.rawValue }
            .compactMap { $0.envelope?.id }
    }
    /// `<step>` of requests that do, `-<step>` of those that undo.
    var course: [String] { requests.map { ($0.undo == true ? "-" : "") + ($0.step ?? "?") } }
    var notifications: [NotificationPayload] { harness.outputs.compactMap { $0.payload() } }
    var view: ResponseView? {
        harness.outputs.last { $0.key == "response/\(Self.incidentID)" }?.payload()
    }
    var steps: [String: String] {
        Dictionary(
            (view?.steps ?? []).map { ($0.step, $0.state) }, uniquingKeysWith: { _, last in last })
    }
    func urgencies(_ urgency: NotificationUrgency) -> [NotificationPayload] {
        notifications.filter { $0.urgency == urgency }
    }
}
