import Contracts
import ControlCoreDomain
import Streams
import Testing

@Suite struct `An action for two people` {
    @Test func `Waits for another person, and then runs`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let planned = try desk.run("two", id: "a1").outcome()
        #expect(planned.status == .planned && planned.code == .needsSecondPerson)
        let own = try desk.order(.approveAction, on: "a1").outcome()
        #expect(own.status == .rejected && own.code == .needsSecondPerson)
        let said = try desk.order(.approveAction, on: "a1", as: "bob", id: "p1") {
            $0.reason = "looks right"
        }
        #expect(desk.statuses(of: "a1") == [.planned, .approved, .accepted])
        #expect(desk.outcomes(of: "a1").dropFirst().allSatisfy { $0.approver == "bob" })
        #expect(desk.statuses(of: "p1") == [.succeeded])
        try desk.end(try said.intent())
        let final = try #require(desk.outcomes(of: "a1").last)
        #expect(final.final && final.author == "alice" && final.approver == "bob")
        #expect(try desk.order(.approveAction, on: "a1", as: "bob").outcome().code == .wrongState)
    }

    @Test func `Ends if nobody comes, and stays ended`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.run("two", id: "a1")
        try desk.harness.advance(to: desk.harness.nowMs + 15 * 60_000)
        let final = try #require(desk.outcomes(of: "a1").last)
        #expect(final.final && final.status == .rejected && final.code == .expired)
        #expect(try desk.order(.approveAction, on: "a1", as: "bob").outcome().code == .wrongState)
    }

    @Test func `Ends at anybody's no`() throws {
        let desk = try ActionFixture()
        try desk.run("two", id: "a1")
        try desk.order(.refuseAction, on: "a1", as: "bob") { $0.reason = "wrong cluster" }
        let final = try #require(desk.outcomes(of: "a1").last)
        #expect(final.final && final.reason == "refused by bob: wrong cluster")
    }

    @Test func `Its author alone may approve after two minutes, with a reason`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.run("two", id: "a1")
        let early = try desk.order(.approveAction, on: "a1") { $0.solo = true }.outcome()
        #expect(early.code == .needsSecondPerson && early.reason?.contains("120 s") == true)
        try desk.harness.advance(to: desk.harness.nowMs + 120_000)
        let silent = try desk.order(.approveAction, on: "a1") { $0.solo = true }.outcome()
        #expect(silent.code == .invalid)
        try desk.order(.approveAction, on: "a1") {
            $0.solo = true
            $0.reason = "nobody answers"
        }
        let approved = desk.outcomes(of: "a1").first { $0.status == .approved }
        #expect(approved?.reason == "alone: nobody answers" && approved?.approver == "alice")
    }

    @Test func `The automation runs what names it, on services where it acts`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let said = try desk.control.step(.runAction) { $0.action = "auto" }
        #expect(said.intents.count == 1)
        let other = try desk.control.step(.runAction) { $0.action = "once" }
        #expect(try other.outcome().code == .notAllowed)
        let asks = try desk.control.step(.runAction, service: "cart") { $0.action = "auto" }
        #expect(try asks.outcome().code == .observed)
        let person = try desk.run("auto", id: "a1")
        #expect(try person.outcome().code == .notAllowed)
    }

    @Test(arguments: [
        (CommandType.setKillSwitch, "checkout", "auto", false),
        (.setKillSwitch, "*", "auto", false), (.setKillSwitch, "cart", "unattended", true),
        (.setSafeMode, "checkout", "auto", true), (.setSafeMode, "checkout", "unattended", false),
        (.setSafeMode, "*", "unattended", false), (.setEmergency, "*", "unattended", false),
        (.setSafeMode, "cart", "unattended", true), (.setWriteDrain, "*", "unattended", true),
    ])
    func `The automation runs nothing where a switch keeps it from it, people do`(
        flag: CommandType, scope: String, action: String, mayRun: Bool
    ) throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.control.order(flag, service: scope == "*" ? nil : scope) {
            $0.enabled = true
            $0.reason = "an outage"
        }
        let said = try desk.control.step(.runAction) { $0.action = action }
        #expect(said.intents.count == (mayRun ? 1 : 0))
        if !mayRun { #expect(try said.outcome().code == .notAllowed) }
        #expect(try desk.run("once", id: "p1", name: "elsewhere").intents.count == 1)
        try desk.control.order(flag, service: scope == "*" ? nil : scope) {
            $0.enabled = false
            $0.reason = "it is over"
        }
        let after = try desk.control.step(.runAction) {
            $0.action = action
            $0.arguments = [NamedValue(name: "name", value: "other")]
        }
        #expect(after.intents.count == 1)
    }

    @Test func `A switch of all leaves alone whom it excepts`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.control.order(.setSafeMode, service: nil) {
            $0.enabled = true
            $0.except = ["checkout"]
        }
        let said = try desk.control.step(.runAction) { $0.action = "unattended" }
        #expect(said.intents.count == 1)
        let other = try desk.control.step(.runAction, service: "mail") { $0.action = "unattended" }
        #expect(try other.outcome().code == .notAllowed)
    }

    @Test func `What the automation runs waits for a second person where its action says so`()
        throws
    {
        let desk = try ActionFixture()
        try desk.ready("e1")
        let said = try desk.control.step(.runAction) { $0.action = "approved" }
        #expect(said.intents.isEmpty)
        let planned = try #require(said.outcomes.last)
        #expect(planned.code == .needsSecondPerson && planned.runbook == "p0")
        let yes = try desk.order(.approveAction, on: planned.commandId, as: "bob")
        #expect(yes.intents.count == 1)
    }
}

@Suite struct `Agents and emergencies` {
    @Test func `An agent in quarantine is a flag that apps obey`() throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.quarantineAgent, service: nil) {
            $0.agent = "citadel"
            $0.reason = "it loops"
        }
        let event = try #require(said.compactMap { $0.payload(as: ControlEventPayload.self) }.first)
        #expect(event.type == "agent_quarantined" && event.agentId == "citadel")
        #expect(control.flag("agent:citadel", service: "*") == .bool(false))
        let released = try control.order(.releaseAgent, service: nil) { $0.agent = "citadel" }
        #expect(released.events == ["agent_released"])
        #expect(control.flag("agent:citadel", service: "*") == .bool(true))
    }

    @Test(arguments: ["", "a/b", "a|b", "a b", "a\nb"])
    func `A name of an agent that could not be a flag is refused`(agent: String) throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.quarantineAgent, service: nil) { $0.agent = agent }
        #expect(try said.outcome().code == .invalid)
    }

    @Test func `Emergency mode stops what goes out and what is written, never without a reason`()
        throws
    {
        let control = try ControlCoreFixture()
        let silent = try control.order(.setEmergency, service: nil) { $0.enabled = true }
        #expect(try silent.outcome().code == .invalid)
        let said = try control.order(.setEmergency, service: nil) {
            $0.enabled = true
            $0.reason = "Incident: data at risk"
        }
        #expect(
            said.events == ["emergency_enabled", "safe_mode_enabled", "write_drain_enabled"])
        let ended = try control.order(.setEmergency, service: nil) { $0.enabled = false }
        #expect(
            ended.events == ["emergency_disabled", "safe_mode_disabled", "write_drain_disabled"])
    }
}
