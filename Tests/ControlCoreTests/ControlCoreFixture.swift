import Contracts
import ControlCoreDomain
import Streams
import Testing

/// control-core without a broker, at a fixed time, with the calls that its tests need.
struct ControlCoreFixture {
    static let startMs: Int64 = 1_763_679_600_000

    let harness: ReducerHarness<ControlCoreReducer>

    init(
        automation: [String: AutomationMode] = [
            "checkout": .act, "billing": .act, "search": .act, "mail": .act, "cart": .ask,
        ],
        idsMax: Int = 1000, actions: ActionCatalog = ActionCatalog(),
        access: AccessPolicy = AccessPolicy(), environment: [EnvironmentHotkey] = [],
        instance: String = "a"
    ) throws {
        let policy = ControlCorePolicy(
            idsMax: idsMax, settingPartitions: 3, automation: automation, actions: actions,
            access: access, environment: environment, instance: instance)
        harness = try ReducerHarness(at: Self.startMs) { ControlCoreReducer(policy: policy) }
        try harness.advance(to: Self.startMs)
    }

    /// A person's order.
    @discardableResult
    func order(
        _ type: CommandType, as author: String = "alice", service: String? = "checkout",
        id: String? = nil, at ts: Int64? = nil, _ change: (inout CommandPayload) -> Void = { _ in }
    ) throws -> [HarnessOutput] {
        var payload = CommandPayload(type: type.rawValue, author: author, service: service)
        if service == nil { payload.all = true }
        change(&payload)
        return try harness.send(
            payload, key: service ?? "*", id: id, at: ts, role: .operator)
    }

    /// A step of a runbook.
    @discardableResult
    func step(
        _ type: CommandType, service: String = "checkout", undo: Bool? = nil,
        evidenceAgeMs: Int64 = 100, _ change: (inout RequestPayload) -> Void = { _ in }
    ) throws -> [HarnessOutput] {
        var payload = RequestPayload(
            type: type.rawValue, author: "service/nervous-system", service: service,
            enabled: undo != true, incidentId: "\(service).0000abcd", runbook: "p0", step: "s",
            undo: undo, evidenceTs: harness.nowMs - evidenceAgeMs)
        change(&payload)
        return try harness.send(payload, key: service, role: .service)
    }

    /// The value that a flag has on the compacted topic.
    func flag(_ flag: String, service: String = "checkout") -> FlagValue? {
        harness.outputs.last { $0.key == "\(service)/\(flag)" }?.payload(as: FlagPayload.self)?
            .value
    }
}

extension [HarnessOutput] {
    /// The outcomes among them, copies left out.
    var outcomes: [OutcomePayload] {
        compactMap { $0.payload(as: OutcomePayload.self) }.filter { $0.copy != true }
    }

    /// The only outcome among them.
    func outcome(_ location: SourceLocation = #_sourceLocation) throws -> OutcomePayload {
        try #require(outcomes.count == 1, sourceLocation: location)
        return try #require(outcomes.first, sourceLocation: location)
    }

    /// The types of the alerts among them, copies left out.
    var events: [String] {
        compactMap { $0.payload(as: ControlEventPayload.self) }.filter { $0.copy != true }
            .map(\.type)
    }
}
