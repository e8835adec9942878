import Contracts
import ControlCoreDomain
import Streams
import Testing

/// control-core with actions of every kind, and the effector's part played by the test.
struct ActionFixture {
    let control: ControlCoreFixture

    init(catalog: ActionCatalog? = nil) throws {
        control = try ControlCoreFixture(actions: try catalog ?? Self.catalog())
    }

    static func step(_ words: String..., capture: String? = nil) throws -> ActionStep {
        ActionStep(
            .program(.init(arguments: try words.map { try ActionTemplate($0) })),
            capture: capture.map { ActionCapture(name: $0, kind: .word) })
    }

    static func catalog(effect: String = "do") throws -> ActionCatalog {
        func action(
            _ name: String, _ steps: [ActionPhase: [ActionStep]], isIdempotent: Bool = false,
            retries: Int = 0, roles: Set<AccessRole> = [.responder, .commander],
            secondPerson: Bool = false, event: ActionDefinition.Event? = nil
        ) throws -> ActionDefinition {
            ActionDefinition(
                name: name, summary: name, target: try ActionTemplate("thing/${name}"),
                parameters: [ActionParameter(name: "name", kind: .name, defaultValue: "web")],
                steps: steps, isIdempotent: isIdempotent, retries: retries, backoffMs: 1_000,
                backoffMaxMs: 60_000, roles: roles,
                needsSecondPerson: secondPerson, event: event)
        }
        let whole: [ActionPhase: [ActionStep]] = [
            .plan: [try step("look", capture: "before")],
            .effect: [try step(effect, "${name}", "--from=${before}")],
            .verify: [try step("look", capture: "after")],
            .undo: [try step("undo", "--to=${before}")],
        ]
        let actions = [
            try action(
                "whole", whole,
                event: .init(
                    type: "rollback_executed",
                    fields: [
                        "fromVersion": try ActionTemplate("${before}"),
                        "toVersion": try ActionTemplate("${after}"),
                    ])),
            try action("again", [.effect: [try step("again")]], isIdempotent: true),
            try action(
                "stubborn", [.effect: [try step("stubborn")], .undo: [try step("back")]],
                isIdempotent: true, retries: 3),
            try action("once", [.effect: [try step("once")]]),
            try action("two", [.effect: [try step("two")]], secondPerson: true),
            try action(
                "auto", [.effect: [try step("auto")], .undo: [try step("back")]],
                roles: [.automation]),
            try action("unattended", [.effect: [try step("go")]], roles: [.automation]),
            try action(
                "approved", [.effect: [try step("go")]], roles: [.automation, .responder],
                secondPerson: true),
            try action(
                "flagged",
                [
                    .effect: [
                        ActionStep(.flags([.init(flag: "safe_mode", value: .bool(true))])),
                        try step("then"),
                    ],
                    .undo: [ActionStep(.flags([.init(flag: "safe_mode", value: nil)]))],
                ]),
        ]
        return ActionCatalog(
            actions: Dictionary(uniqueKeysWithValues: actions.map { ($0.name, $0) }),
            services: ["checkout": ["rollback": .init(action: "whole")]])
    }

    var harness: ReducerHarness<ControlCoreReducer> { control.harness }

    @discardableResult
    func run(
        _ action: String, id: String, as author: String = "alice", name: String? = nil
    ) throws -> [HarnessOutput] {
        try control.order(.runAction, as: author, id: id) {
            $0.action = action
            $0.arguments = name.map { [NamedValue(name: "name", value: $0)] }
            $0.reason = "why"
        }
    }

    /// A command about an action.
    @discardableResult
    func order(
        _ type: CommandType, on id: String, as author: String = "alice", id own: String? = nil,
        _ change: (inout CommandPayload) -> Void = { _ in }
    ) throws -> [HarnessOutput] {
        var payload = CommandPayload(type: type.rawValue, author: author)
        payload.actionId = id
        change(&payload)
        return try harness.send(payload, key: "*", id: own, role: .operator)
    }

    @discardableResult
    func ready(_ epoch: String) throws -> [HarnessOutput] {
        try effect(
            ActionEffectPayload(
                type: "effector_ready", subjectId: epoch, epoch: epoch, service: "*"))
    }

    @discardableResult
    func started(_ intent: ActionIntentPayload) throws -> [HarnessOutput] {
        try effect(answer("action_started", intent))
    }

    /// The end of a step, begun before; `value` is what it found out.
    @discardableResult
    func end(
        _ intent: ActionIntentPayload, value: (String, String)? = nil, code: String? = nil,
        reason: String? = nil, isTransient: Bool = false
    ) throws -> [HarnessOutput] {
        let begun = try started(intent)
        var payload = answer("action_ended", intent)
        payload.succeeded = code == nil
        payload.code = code
        payload.reason = reason
        payload.transient = isTransient ? true : nil
        payload.output = "said"
        payload.values = value.map { [NamedValue(name: $0.0, value: $0.1)] }
        return begun + (try effect(payload))
    }

    private func answer(_ type: String, _ intent: ActionIntentPayload) -> ActionEffectPayload {
        ActionEffectPayload(
            type: type, subjectId: intent.commandId, epoch: intent.epoch,
            service: intent.service, phase: intent.phase, step: intent.step,
            attempt: intent.attempt)
    }

    private func effect(_ payload: ActionEffectPayload) throws -> [HarnessOutput] {
        try harness.send(payload, key: payload.service)
    }

    /// The outcomes of a command so far, copies left out.
    func outcomes(of id: String) -> [OutcomePayload] {
        harness.outputs.outcomes.filter { $0.commandId == id }
    }

    func statuses(of id: String) -> [OutcomeStatus] { outcomes(of: id).map(\.status) }
}

extension [HarnessOutput] {
    /// The steps for an effector among them.
    var intents: [ActionIntentPayload] { compactMap { $0.payload(as: ActionIntentPayload.self) } }

    /// The only one.
    func intent(_ location: SourceLocation = #_sourceLocation) throws -> ActionIntentPayload {
        try #require(intents.count == 1, sourceLocation: location)
        return try #require(intents.first, sourceLocation: location)
    }
}
