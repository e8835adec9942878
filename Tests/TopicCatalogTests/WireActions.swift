import Contracts
import ControlCoreDomain
import JSON
import Streams

/// The actions that the examples of docs/wire.md need, and how they come to where each expects them.
enum WireActions {
    static func catalog() throws -> ActionCatalog {
        func action(
            _ name: String, _ effect: ActionStep, undo: ActionStep? = nil, isForTwo: Bool = false
        ) throws -> ActionDefinition {
            ActionDefinition(
                name: name, summary: name, target: try ActionTemplate("\(name)/${service}"),
                parameters: [ActionParameter(name: "to", kind: .integer(0...9), defaultValue: "0")],
                steps: [.effect: [effect], .undo: undo.map { [$0] } ?? []], isIdempotent: false,
                needsSecondPerson: isForTwo)
        }
        let on = ActionStep(.flags([.init(flag: "safe_mode", value: .bool(true))]))
        let off = ActionStep(.flags([.init(flag: "safe_mode", value: nil)]))
        let program = ActionStep(.program(.init(arguments: [try ActionTemplate("once")])))
        return ActionCatalog(
            actions: [
                "mode": try action("mode", on, undo: off),
                "two": try action("two", on, isForTwo: true),
                "once": try action("once", program),
            ],
            services: ["checkout": ["rollback": .init(action: "mode")]])
    }

    /// Brings the action that an example names to where the example expects it.
    static func prepare(
        _ example: Envelope, _ control: ReducerHarness<ControlCoreReducer>
    ) throws {
        guard let id = example.payload["actionId"]?.stringValue else { return }
        let isDoubtful = example.type == CommandType.settleAction.rawValue
        let isDone = example.type == CommandType.undoAction.rawValue
        if isDoubtful { try effect("effector_ready", "e1", nil, control) }
        let said = try control.send(
            CommandPayload(
                type: CommandType.runAction.rawValue, author: "alice", service: "checkout",
                action: isDoubtful ? "once" : isDone ? "mode" : "two"),
            key: "checkout", id: id, role: .operator)
        guard isDoubtful,
            let intent = said.compactMap({ $0.payload(as: ActionIntentPayload.self) }).first
        else { return }
        try effect("action_started", "e1", intent, control)
        try effect("effector_ready", "e2", nil, control)
    }

    private static func effect(
        _ type: String, _ epoch: String, _ intent: ActionIntentPayload?,
        _ control: ReducerHarness<ControlCoreReducer>
    ) throws {
        try control.send(
            ActionEffectPayload(
                type: type, subjectId: intent?.commandId ?? epoch, epoch: epoch,
                service: intent?.service ?? "*", phase: intent?.phase, step: intent?.step,
                attempt: intent?.attempt), key: "*")
    }
}
