import Contracts
import ControlCoreDomain
import Effectors
import FoundationEssentials
import JSON
import PolicyFiles
import Streams
import Testing

/// The shipped actions with control-core and an effector, on stand-ins for gcloud and aws.
final class ShippedActionStage {
    private let home: TemporaryHome
    private let harness: ReducerHarness<ControlCoreReducer>
    private let effector: ActionEffector
    private let said = Locked<[ActionEffectPayload]>([])

    /// - Parameters:
    ///   - aws: the program in the place of the stand-in, and further variables of programs.
    ///   - webhook: where the webhook is.
    init(
        _ state: JSONValue, aws: String? = nil, variables: [String: String] = [:],
        webhook: String = "https://hooks.invalid"
    ) throws {
        let checkout = TemporaryHome.checkout
        let shipped = FileManager.default.contents(atPath: "\(checkout)/config/actions.yaml")
        let standIn = "\(checkout)/Tests/StandIns/cloud"
        home = try TemporaryHome(["config/services.yaml": ""])
        let text = String(decoding: try #require(shipped), as: UTF8.self)
            .replacing("run: [gcloud,", with: "run: [\(standIn), gcloud,")
            .replacing("run: [aws,", with: "run: [\(aws ?? "\(standIn), aws"),")
            .replacing("run: [kubectl,", with: "run: [\(standIn), kubectl,")
            .replacing("https://hooks.invalid", with: webhook)
            .replacing("timeout: 120s", with: "timeout: 4s")
            .replacing("timeout: 600s", with: aws == nil ? "timeout: 4s" : "timeout: 60s")
            .replacing("poll: 2s", with: "poll: 50ms")
            .replacing(
                "environment:\n",
                with: "environment:\n  STANDIN_STATE: \(home.path)/state\n"
                    + variables.sorted { $0.key < $1.key }
                    .map { "  \($0.key): \"\($0.value)\"\n" }.joined())
        try home.write(Array(text.utf8), to: "config/actions.yaml")
        try home.write(try state.serialized(), to: "state")
        let policy = try PolicyDirectory(home: home.path).loadControlCore(settingPartitions: 1)
            .value
        harness = try ReducerHarness(at: 1_763_679_600_000) { ControlCoreReducer(policy: policy) }
        var settings = StepRunner.Settings(
            home: home.path, evidenceFolder: home.path + "/evidence")
        settings.graceMs = 100
        let runner = StepRunner(policy.actions, settings: settings) { _, _, _ in }
        effector = ActionEffector(epoch: "e1", runner: runner) { [said] effect in
            said.withLock { $0.append(effect) }
        }
        try effector.announce()
    }

    deinit { effector.stop() }

    /// What the stand-in was told so far.
    var state: JSONValue {
        get throws {
            try JSON.parse(
                Array(try #require(FileManager.default.contents(atPath: "\(home.path)/state"))))
        }
    }

    func set(_ key: String, to value: JSONValue) throws {
        var state = try state
        state[key] = value
        try home.write(try state.serialized(), to: "state")
    }

    /// Gives an order, and carries out what follows from it.
    /// - Returns: the outcomes of the order.
    @discardableResult
    func run(
        _ payload: CommandPayload, id: String, approver: String? = nil
    ) async throws -> [OutcomePayload] {
        var outputs = try harness.send(
            payload, key: payload.service ?? "*", id: id, role: .operator)
        if let approver {
            var approval = CommandPayload(type: "approve_action", author: approver)
            approval.actionId = id
            outputs += try harness.send(approval, key: "*", role: .operator)
        }
        let deadline = ContinuousClock.now + .seconds(120)
        while !outcomes(outputs, of: id).contains(where: \.final) {
            for output in outputs {
                if let intent = output.payload(as: ActionIntentPayload.self) {
                    try effector.take(intent)
                }
            }
            try #require(ContinuousClock.now < deadline)
            let effects = said.withLock { said in
                defer { said = [] }
                return said
            }
            if effects.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            outputs = []
            for effect in effects { outputs += try harness.send(effect, key: effect.service) }
            let dueMs = outputs.compactMap {
                $0.header(AttemptHeaders.nextName).flatMap { Int64($0) }
            }.max()
            if let dueMs { outputs += try harness.advance(to: dueMs) }
        }
        return outcomes(harness.outputs, of: id)
    }

    /// Puts a secret where the shipped actions look for it.
    func writeSecret(_ text: String, to name: String) throws {
        try FileManager.default.createDirectory(
            atPath: home.path + "/secrets", withIntermediateDirectories: true)
        try home.write(Array(text.utf8), to: "secrets/" + name)
    }

    /// The text of a file.
    func text(of path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    func act(
        _ action: String, _ arguments: [String: String], id: String, approver: String? = nil
    ) async throws -> [OutcomePayload] {
        var payload = CommandPayload(type: "run_action", author: "alice", service: "shop")
        payload.action = action
        payload.arguments = arguments.sorted { $0.key < $1.key }
            .map { NamedValue(name: $0.key, value: $0.value) }
        return try await run(payload, id: id, approver: approver)
    }

    func undo(_ id: String) async throws -> [OutcomePayload] {
        var payload = CommandPayload(type: "undo_action", author: "alice")
        payload.actionId = id
        return try await run(payload, id: "undo-\(id)")
    }

    /// The alerts so far.
    var events: [ControlEventPayload] {
        harness.outputs.compactMap { $0.payload(as: ControlEventPayload.self) }
    }

    private func outcomes(_ outputs: [HarnessOutput], of id: String) -> [OutcomePayload] {
        outputs.compactMap { $0.payload(as: OutcomePayload.self) }
            .filter { $0.commandId == id && $0.copy != true }
    }
}
