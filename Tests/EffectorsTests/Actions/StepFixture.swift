import Contracts
import Effectors
import FoundationEssentials
import Testing

/// A runner of one action with a folder of its own, and the intents for it.
final class StepFixture {
    let folder: String
    let catalog: ActionCatalog
    let published = Locked<[String]>([])

    /// - Parameters:
    ///   - step: the only step, of `phase`.
    ///   - secrets: files below the home folder.
    init(
        _ step: ActionStep, phase: ActionPhase = .effect, isIdempotent: Bool = false,
        timeoutMs: Int64 = 10_000, retries: Int = 0, secrets: [String: ActionSecret] = [:],
        files: [String: String] = [:]
    ) throws {
        folder = FileManager.default.temporaryDirectory.path + "/steps-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        }
        var action = ActionDefinition(
            name: "act", summary: "", target: try ActionTemplate("t"),
            parameters: [ActionParameter(name: "note", kind: .text, defaultValue: "none")],
            secrets: secrets, steps: [phase: [step]], isIdempotent: isIdempotent,
            timeoutMs: timeoutMs, retries: retries)
        if phase != .effect { action.steps[.effect] = [step] }
        catalog = ActionCatalog(
            actions: ["act": action], environment: ["COLOUR": "red"], passedVariables: ["PATH"])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func program(
        _ words: String..., input: String? = nil, timeoutMs: Int64? = nil, pollMs: Int64? = nil,
        capture: ActionCapture? = nil, isEvidence: Bool = false
    ) throws -> ActionStep {
        ActionStep(
            .program(
                .init(
                    // A '$' of a script is one; '${note}' is a place.
                    arguments: try words.map {
                        try ActionTemplate(
                            $0.replacing("$", with: "$$").replacing("$${", with: "${"))
                    },
                    input: try input.map { try ActionTemplate($0) })),
            capture: capture, pollMs: pollMs, isEvidence: isEvidence, timeoutMs: timeoutMs)
    }

    var runner: StepRunner {
        var settings = StepRunner.Settings(home: folder, evidenceFolder: "\(folder)/evidence")
        settings.graceMs = 100
        return StepRunner(catalog, settings: settings) { [published] topic, key, value in
            published.withLock { $0.append("\(topic)|\(key)|\(value)") }
        }
    }

    func intent(
        _ phase: ActionPhase = .effect, note: String? = nil, id: String = "a1",
        captured: [NamedValue] = []
    ) throws -> ActionIntentPayload {
        let arguments = note.map { [NamedValue(name: "note", value: $0)] } ?? []
        let call = try catalog.call("act", service: "shop", arguments: arguments)
        return ActionIntentPayload(
            actionId: id, commandId: id, epoch: "e1", service: "shop", target: "t", action: "act",
            arguments: arguments, captured: captured, phase: phase, step: 0, attempt: 1,
            digest: try call.digest())
    }

    /// What the effector says of one intent, started included.
    func effects(
        _ intent: ActionIntentPayload, within limit: Duration = .seconds(20)
    ) async throws -> [ActionEffectPayload] {
        let said = Locked<[ActionEffectPayload]>([])
        let effector = ActionEffector(epoch: "e1", runner: runner) { effect in
            said.withLock { $0.append(effect) }
        }
        try effector.take(intent)
        let deadline = ContinuousClock.now + limit
        while said.withLock({ $0.count }) < 2, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        let effects = said.withLock { $0 }
        await withCheckedContinuation { done in
            effector.stop()
            done.resume()
        }
        return effects
    }

    /// How one intent ended.
    func end(
        _ intent: ActionIntentPayload, within limit: Duration = .seconds(20)
    ) async throws -> ActionEffectPayload {
        let effects = try await effects(intent, within: limit)
        try #require(effects.map(\.type) == ["action_started", "action_ended"])
        return effects[1]
    }
}
