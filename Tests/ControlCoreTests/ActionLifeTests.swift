import Contracts
import ControlCoreDomain
import Streams
import Testing

@Suite struct `The life of an action` {
    @Test func `Goes by its steps, each an outcome with one correlation, and one final one`()
        throws
    {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let look = try desk.run("rollback", id: "a1").intent()
        #expect(look.phase == .plan && look.action == "rollback" && look.target == "thing/web")
        #expect(
            desk.outcomes(of: "a1").first?.plan?.contains("effect: do web '--from=<before>'")
                == true)
        let act = try desk.end(look, value: ("before", "v1")).intent()
        #expect(act.phase == .effect && act.captured["before"] == "v1" && act.attempt == 1)
        let check = try desk.end(act).intent()
        #expect(check.phase == .verify)
        let said = try desk.end(check, value: ("after", "v2"))
        #expect(desk.statuses(of: "a1") == [.planned, .accepted, .started, .succeeded, .verified])
        #expect(desk.outcomes(of: "a1").map(\.final) == [false, false, false, false, true])
        #expect(Set(desk.outcomes(of: "a1").map(\.correlationId)) == ["a1"])
        let event = try #require(said.compactMap { $0.payload(as: ControlEventPayload.self) }.first)
        #expect(event.type == "rollback_executed" && event.fromVersion == "v1")
        #expect(event.toVersion == "v2" && event.commandId == "a1")

        let back = try desk.order(.undoAction, on: "a1", id: "u1").intent()
        #expect(back.phase == .undo && back.actionId == "a1" && back.commandId == "u1")
        try desk.end(back)
        #expect(desk.statuses(of: "u1") == [.accepted, .started, .undone])
        #expect(Set(desk.outcomes(of: "u1").map(\.correlationId)) == ["a1"])
        let again = try desk.order(.undoAction, on: "a1").outcome()
        #expect(again.status == .rejected && again.code == .wrongState)
        try desk.harness.restart()
    }

    @Test(arguments: [
        (ActionPhase.plan, OutcomeCode.effectFailed), (.effect, .timedOut),
        (.verify, .unverified),
    ])
    func `A step that fails ends it, with the step and the reason`(
        failing: ActionPhase, code: OutcomeCode
    ) throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        var intent = try desk.run("whole", id: "a1").intent()
        while intent.phase != failing {
            intent = try desk.end(intent, value: ("before", "v1")).intent()
        }
        let given = code == .timedOut ? "timed_out" : "effect_failed"
        let said = try desk.end(intent, code: given, reason: "no such thing")
        let final = try #require(desk.outcomes(of: "a1").last)
        #expect(final.final && final.status == .failed && final.code == code)
        #expect(final.reason?.contains("\(failing.rawValue) step 1: no such thing") == true)
        #expect(final.output == "said")
        #expect(said.events.isEmpty && said.intents.isEmpty)
        let undo = try desk.order(.undoAction, on: "a1")
        #expect(undo.outcomes.first?.status == (failing == .plan ? .rejected : .accepted))
    }

    @Test func `One at a time acts upon a target, in order, and targets do not wait`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let first = try desk.run("once", id: "a1").intent()
        #expect(try desk.run("again", id: "a2").intents.isEmpty)
        #expect(try desk.run("once", id: "a3").intents.isEmpty)
        #expect(try desk.run("once", id: "b1", name: "db").intents.count == 1)
        let second = try desk.end(first).intent()
        #expect(second.commandId == "a2")
        let third = try desk.end(second, code: "effect_failed").intent()
        #expect(third.commandId == "a3")
    }

    @Test func `Waits for an effector, and another one's word does not count`() throws {
        let desk = try ActionFixture()
        #expect(try desk.run("once", id: "a1").intents.isEmpty)
        let intent = try desk.ready("e1").intent()
        var foreign = intent
        foreign.epoch = "e0"
        #expect(try desk.end(foreign).outcomes.isEmpty)
        var old = intent
        old.attempt = 0
        #expect(try desk.end(old).outcomes.isEmpty)
        #expect(try desk.end(intent).outcomes.map(\.status) == [.started, .succeeded])
        #expect(try desk.end(intent).isEmpty, "said twice is heard once")
    }

    @Test func `The hotkey ROLLBACK runs the service's own verb`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let said = try desk.control.order(.hotkey, id: "h1") { $0.hotkey = "ROLLBACK" }
        #expect(try said.intent().action == "rollback")
        let none = try desk.control.order(.hotkey, service: "billing") { $0.hotkey = "ROLLBACK" }
        #expect(try none.outcome().code == .unknownAction)
    }

    @Test func `Flags are set by control-core itself, and let go by the undo`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let said = try desk.run("flagged", id: "a1")
        #expect(desk.control.flag("safe_mode") == .bool(true))
        #expect(said.events == ["safe_mode_enabled"])
        try desk.end(try said.intent())
        #expect(desk.statuses(of: "a1") == [.planned, .accepted, .started, .succeeded])
        try desk.order(.undoAction, on: "a1", id: "u1")
        #expect(desk.control.flag("safe_mode") == .bool(false))
        #expect(desk.statuses(of: "u1") == [.accepted, .started, .undone])
    }

    @Test func `Is refused with a reason and touches nothing`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let unknown = try desk.run("stop", id: "a1")
        #expect(unknown.intents.isEmpty)
        #expect(try unknown.outcome().code == .unknownAction)
        let bad = try desk.run("once", id: "a2", name: "web; reboot")
        #expect(try bad.outcome().code == .invalid && bad.intents.isEmpty)
        let all = try desk.control.order(.runAction, service: nil) { $0.action = "once" }
        #expect(try all.outcome().code == .invalid)
        let missing = try desk.order(.undoAction, on: "nothing")
        #expect(try missing.outcome().code == .unknownAction)
    }

    @Test func `Past a bound no more are taken`() throws {
        let desk = try ActionFixture()
        for number in 0..<256 { try desk.run("once", id: "a\(number)") }
        #expect(try desk.run("once", id: "b").outcome().code == .busy)
        let first = try desk.ready("e1").intent()
        try desk.end(first)
        #expect(try desk.run("once", id: "c").outcomes.first?.status == .planned)
    }

    @Test func `Is forgotten after a day`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.end(try desk.run("once", id: "a1").intent())
        try desk.harness.advance(to: desk.harness.nowMs + 24 * 3_600_000)
        #expect(try desk.order(.undoAction, on: "a1").outcome().code == .unknownAction)
        try desk.harness.restart()
    }
}

@Suite struct `When its effector dies` {
    @Test func `A step that was not begun, one that only looks, one that may be repeated go on`()
        throws
    {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let unbegun = try desk.run("once", id: "a1").intent()
        let looking = try desk.run("whole", id: "b1", name: "b").intent()
        let repeatable = try desk.run("again", id: "c1", name: "c").intent()
        try desk.started(looking)
        try desk.started(repeatable)
        try desk.harness.restart()
        let again = try desk.ready("e2").intents
        #expect(Set(again.map(\.commandId)) == ["a1", "b1", "c1"])
        #expect(again.allSatisfy { $0.epoch == "e2" })
        let attempts = Dictionary(uniqueKeysWithValues: again.map { ($0.commandId, $0.attempt) })
        #expect(attempts == ["a1": 1, "b1": 2, "c1": 2], "what was not begun was no attempt")
        #expect(Set(again.map(\.actionId)) == ["a1", "b1", "c1"], "under the same key")
        #expect(try desk.end(unbegun).outcomes.isEmpty, "the dead one is not heard")
        #expect(try desk.ready("e2").isEmpty)
    }

    @Test(arguments: [
        ("done", OutcomeStatus.succeeded), ("not_done", .failed), ("retry", .succeeded),
    ])
    func `One that may not be repeated is in doubt until a person settles it`(
        result: String, ending: OutcomeStatus
    ) throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.started(try desk.run("once", id: "a1").intent())
        let doubt = try desk.ready("e2").outcome()
        #expect(doubt.status == .inDoubt && !doubt.final && doubt.plan == ["once"])
        #expect(doubt.reason?.contains("dreamnet actions settle a1") == true)
        #expect(try desk.run("once", id: "a2").intents.isEmpty, "the target waits")
        let said = try desk.order(.settleAction, on: "a1", as: "bob", id: "s1") {
            $0.result = result
        }
        #expect(desk.statuses(of: "s1") == [.succeeded])
        if result == "retry" {
            let again = try said.intent()
            #expect(again.commandId == "a1" && again.attempt == 2)
            try desk.end(again)
        }
        let finals = desk.outcomes(of: "a1").filter(\.final)
        #expect(finals.map(\.status) == [ending])
        let twice = try desk.order(.settleAction, on: "a1") { $0.result = result }.outcome()
        #expect(twice.code == .wrongState)
    }
}
