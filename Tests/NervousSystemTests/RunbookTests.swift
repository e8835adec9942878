import Contracts
import Testing

@testable import NervousSystemDomain

/// What a runbook may say, and what a response keeps of it.
@Suite struct RunbookTests {
    private func problems(_ change: (inout Runbook) -> Void) -> [String] {
        var runbook = Scene.p0
        change(&runbook)
        return runbook.validate().map(\.path)
    }

    private func problems(
        _ action: RunbookAction, undo: RunbookAction? = nil
    ) -> [String] {
        problems {
            $0.steps[0].kind = .request(
                action,
                undo: undo
                    ?? RunbookAction(
                        action.type, enabled: action.enabled.map(!),
                        level: action.level == nil ? nil : "normal"))
        }
    }

    @Test func `the runbooks of these tests can be run`() {
        #expect(Scene.p0.validate().isEmpty)
        #expect(Scene.p1.validate().isEmpty)
    }

    @Test(arguments: [
        RunbookAction(.setSafeMode, enabled: true), RunbookAction(.setWriteDrain, enabled: true),
        RunbookAction(.setModule, enabled: false, module: "citadel"),
        RunbookAction(.setRateLimit, enabled: true, percent: 10),
        RunbookAction(.setAutoscale, enabled: true, factor: 3),
        RunbookAction(.setMonitor, level: "increase"),
        RunbookAction(.setAlertThreshold, level: "lower"),
    ])
    func `every automatic action can be run`(action: RunbookAction) {
        #expect(problems(action) == [])
    }

    @Test(arguments: [
        (RunbookAction(.setKillSwitch, enabled: true), "steps[0].action"),
        (RunbookAction(.pauseAutomation), "steps[0].action"),
        (RunbookAction(.hotkey), "steps[0].action"),
        (RunbookAction(.setSafeMode), "steps[0].with.enabled"),
        (RunbookAction(.setSafeMode, enabled: false), "steps[0].with"),
        (RunbookAction(.setSafeMode, enabled: true, module: "m"), "steps[0].with.module"),
        (RunbookAction(.setSafeMode, enabled: true, percent: 5), "steps[0].with.percent"),
        (RunbookAction(.setModule, enabled: false), "steps[0].with.module"),
        (RunbookAction(.setModule, enabled: true, module: "m"), "steps[0].with"),
        (RunbookAction(.setModule, enabled: false, module: "a;b"), "steps[0].with.module"),
        (RunbookAction(.setRateLimit, enabled: true, percent: 0), "steps[0].with.percent"),
        (RunbookAction(.setRateLimit, enabled: true, percent: .nan), "steps[0].with.percent"),
        (RunbookAction(.setAutoscale, enabled: true, factor: 101), "steps[0].with.factor"),
        (RunbookAction(.setMonitor, level: "lower"), "steps[0].with.level"),
        (RunbookAction(.setMonitor, level: "normal"), "steps[0].with"),
        (RunbookAction(.setMonitor, enabled: true), "steps[0].with.enabled"),
    ])
    func `an action that is for people, incomplete or of no effect is a problem`(
        action: RunbookAction, path: String
    ) {
        #expect(problems(action).first == path)
    }

    @Test func `an undo must take the action back`() {
        let on = RunbookAction(.setSafeMode, enabled: true)
        #expect(problems(on, undo: on) == ["steps[0].undo"])
        #expect(
            problems(on, undo: RunbookAction(.setWriteDrain, enabled: false)) == ["steps[0].undo"])
        #expect(problems(on, undo: RunbookAction(.setSafeMode)) == ["steps[0].undo.enabled"])
        let module = RunbookAction(.setModule, enabled: false, module: "a")
        let other = RunbookAction(.setModule, enabled: true, module: "b")
        #expect(problems(module, undo: other) == ["steps[0].undo"])
    }

    @Test func `the head and the times of a runbook are checked`() {
        #expect(problems { $0.title = " \n" } == ["title"])
        #expect(problems { $0.name = "P0!" } == ["name", "trigger"])
        #expect(
            problems { $0.trigger = RunbookTrigger(runbook: "p0", severities: []) }
                == ["trigger.severity"])
        #expect(
            problems {
                $0.trigger = RunbookTrigger(runbook: "p0", severities: [.p0], services: ["A B"])
            } == ["trigger.services"])
        #expect(problems { $0.timings.actWithinMs = 0 } == ["actWithin"])
        #expect(problems { $0.timings.stableForMs = .max } == ["stableFor"])
        #expect(problems { $0.timings.undoWatchMs = -1 } == ["undoWatch"])
        #expect(problems { $0.timings.relapseWithinMs = 999 } == ["relapseWithin"])
        #expect(problems { $0.timings.verifyWithinMs = 86_400_001 } == ["verifyWithin"])
        #expect(problems { $0.steps = [] } == ["steps"])
        #expect(problems { $0.steps[1].id = "safe-mode" } == ["steps[1].id"])
        #expect(
            problems { $0.steps[2].kind = .ask(text: "", commands: [""]) } == [
                "steps[2].ask", "steps[2].commands[0]",
            ])
        #expect(problems { $0.steps = Array(repeating: $0.steps[0], count: 51) }.contains("steps"))
    }

    @Test func `a response keeps the runbook as it was when it began`() throws {
        var policy = Scene.policy()
        policy.runbooks["p0"]?.steps.removeFirst()
        var machine = ResponseStateMachine(
            try Response(binary: sample().binary()), policy: policy)
        let actions = machine.handle(
            .outcome(
                OutcomePayload(
                    commandId: "r1", status: .succeeded, final: true, action: "set_safe_mode",
                    author: "a", service: "checkout")),
            at: ResponseMoment(nowMs: 10, saidMs: 10, mode: .act, isPaused: false))
        #expect(
            actions.contains {
                if case .request(let request, _) = $0 {
                    request.step == "write-drain"
                } else {
                    false
                }
            })
    }

    private func sample() -> Response {
        var response = Response(
            incidentID: Scene.incidentID, service: "checkout",
            incident: Response.Incident(
                state: .open, severity: .p0, title: "t", revision: 1, evidenceTs: 5,
                clearedTs: 6))
        response.runbook = "p0"
        response.steps = (Scene.p0.steps + Scene.p1.steps).map { ResponseStep($0, of: "p0") }
        response.steps[0].state = .requested
        response.steps[0].requestID = "r1"
        response.steps[0].detail = "d"
        let run = RunbookRun("a", arguments: [NamedValue(name: "n", value: "v")], withinMs: 7)
        response.steps.append(
            ResponseStep(RunbookStep(id: "run", title: "Run", kind: .run(run)), of: "p0"))
        response.steps[response.steps.count - 1].isUnderWay = true
        response.provenTs = 8
        response.alarm = Response.Alarm(kind: .outcome, dueMs: 99)
        response.firstUndoMs = 3
        response.putBack = true
        response.pagedSeverity = .p1
        response.detail = "why"
        return response
    }

    @Test func `the record of a response survives its binary form`() throws {
        #expect(try Response(binary: sample().binary()) == sample())
    }

    @Test func `a record that is cut, changed or of a later release is an error, not a trap`() {
        let bytes = sample().binary()
        for end in bytes.indices {
            #expect(throws: BinaryError.self) { try Response(binary: Array(bytes[..<end])) }
        }
        var later = bytes
        later[0] = 3
        #expect(throws: BinaryError.self) { try Response(binary: later) }
        for index in bytes.indices {
            for value in [0, 0x7f, 0xff] as [UInt8] {
                var changed = bytes
                changed[index] = value
                _ = try? Response(binary: changed)
            }
        }
    }
}
