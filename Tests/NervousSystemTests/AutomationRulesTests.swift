import Contracts
import Streams
import Testing

@testable import NervousSystemDomain

/// The rules for whatever acts by itself (docs/decisions/0005), one by one.
@Suite struct AutomationRulesTests {
    // MARK: Modes and the brake

    @Test func `a service that only is observed gets no request, and the record says what for`()
        throws
    {
        let scene = try Scene(Scene.policy(.observe))
        try scene.open()
        #expect(scene.requests.isEmpty)
        #expect(scene.view?.state == "observed")
        #expect(Set(scene.steps.values) == ["observed"])
        #expect(scene.urgencies(.ask).isEmpty)
    }

    @Test func `a service that config does not name is observed`() throws {
        var policy = Scene.policy()
        policy.automation = [:]
        let scene = try Scene(policy)
        try scene.open()
        #expect(scene.requests.isEmpty)
        #expect(scene.view?.state == "observed")
    }

    @Test func `a service whose automation asks gets every step as a command to paste`() throws {
        let scene = try Scene(Scene.policy(.ask))
        try scene.open()
        #expect(scene.requests.isEmpty)
        let ask = try #require(scene.urgencies(.ask).first)
        #expect(
            ask.commands?.prefix(3) == [
                "dreamnet safe-mode on --service checkout",
                "dreamnet write-drain on --service checkout",
                "dreamnet incidents note checkout.0a1b2c3d 'cause: ...'",
            ])
        #expect(scene.urgencies(.ask).count == 1)
        #expect(Set(scene.steps.values) == ["asked"])
    }

    @Test(arguments: [OutcomeCode.brake, .invalid, .notAllowed, .unknownService])
    func `a step that control-core refuses stops the automation and asks a person`(
        code: OutcomeCode
    ) throws {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.rejected, code)
        #expect(scene.course == ["safe-mode"])
        #expect(scene.view?.state == "gave_up")
        #expect(scene.steps["p0/safe-mode"] == "failed")
        #expect(scene.steps["p0/write-drain"] == "asked")
        let ask = try #require(scene.urgencies(.ask).first)
        #expect(
            ask.commands?.prefix(2) == [
                "dreamnet safe-mode on --service checkout",
                "dreamnet write-drain on --service checkout",
            ])
        #expect(code != .brake || ask.title.contains("brake"))
    }

    @Test func `what was in place before the brake is undone when the incident recovers`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.answer()
        try scene.answer(.rejected, .brake)
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        #expect(scene.course == ["safe-mode", "write-drain", "-safe-mode"])
    }

    @Test func `control-core that only observes the service is believed`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.rejected, .observed)
        #expect(scene.course == ["safe-mode"])
        #expect(scene.view?.state == "observed")
        #expect(scene.urgencies(.ask).isEmpty)
    }

    // MARK: Freshness

    @Test func `an outage heard of an hour later gives neither a command nor a page`() throws {
        let scene = try Scene()
        try scene.open(evidenceAgeMs: Scene.hour)
        try scene.hear("incident_updated", .open, evidenceAgeMs: nil)
        try scene.clear()
        try scene.resolve()
        try scene.wait(25 * Scene.hour)
        #expect(scene.requests.isEmpty)
        #expect(scene.notifications.isEmpty)
        let view = try #require(
            scene.harness.outputs.compactMap { $0.payload(as: ResponseView.self) }.last)
        #expect(view.state == "observed")
        #expect(view.detail == "history: the evidence is 3600 s old; nothing was done")
    }

    @Test(arguments: [(60_000 as Int64, 1), (60_001, 0)])
    func `evidence is acted upon for sixty seconds of event time`(ageMs: Int64, count: Int) throws {
        let scene = try Scene()
        try scene.open(evidenceAgeMs: ageMs)
        #expect(scene.requests.count == count)
        #expect(scene.urgencies(.page).count == count)
    }

    @Test func `an outage that still goes on is acted upon with the first fresh evidence`() throws {
        let scene = try Scene()
        try scene.open(evidenceAgeMs: Scene.hour)
        try scene.hear("incident_updated", .open, evidenceAgeMs: 100)
        #expect(scene.course == ["safe-mode"])
        #expect(scene.urgencies(.page).count == 1)
    }

    @Test func `a late answer after an outage of this service leads to no further step`() throws {
        let scene = try Scene()
        try scene.open()
        let answeredMs = scene.nowMs + 20
        try scene.harness.advance(to: scene.nowMs + Scene.hour, jump: true)
        try scene.answer(ageMs: scene.nowMs - answeredMs)
        #expect(scene.course == ["safe-mode"])
        #expect(scene.urgencies(.ask).isEmpty)
        #expect(scene.view?.state == "observed")
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        #expect(scene.course == ["safe-mode", "-safe-mode"])
    }

    @Test func `an alarm that goes off late waits for the news that came meanwhile`() throws {
        let scene = try Scene()
        try scene.mitigate()
        let asks = scene.urgencies(.ask).count
        try scene.harness.advance(to: scene.nowMs + Scene.hour, jump: true)
        #expect(scene.urgencies(.ask).count == asks)
        try scene.clear()
        try scene.wait(2 * Scene.minute)
        #expect(scene.urgencies(.ask).count == asks)
        #expect(scene.view?.state == "watching")
    }

    @Test func `stale evidence that control-core sees asks whoever is there now`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.rejected, .stale)
        #expect(scene.view?.state == "gave_up")
        #expect(scene.urgencies(.ask).count == 1)
    }

    @Test func `an outage heard of late stays history, whatever is paused and resumed`() throws {
        let scene = try Scene()
        try scene.automation("paused")
        try scene.open(evidenceAgeMs: Scene.hour)
        try scene.automation("running")
        #expect(scene.requests.isEmpty)
        #expect(scene.notifications.isEmpty)
        #expect(scene.view?.state == "observed")
    }

    @Test func `an escalation or a relapse upon old evidence gives no command either`() throws {
        let scene = try Scene()
        try scene.open(.p1)
        try scene.answer()
        try scene.answer()
        try scene.hear(
            "incident_escalated", .open, severity: .p0, evidenceAgeMs: Scene.hour, runbook: "p0")
        #expect(scene.course == ["rate", "safe-mode"])
        #expect(scene.urgencies(.page).count == 1)
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer()
        try scene.hear("incident_relapsed", .open, evidenceAgeMs: Scene.hour)
        #expect(scene.course == ["rate", "safe-mode", "-safe-mode"])
        #expect(scene.urgencies(.ask).isEmpty)
    }

    // MARK: People first

    @Test func `a flag that a person holds is skipped, and undo leaves it`() throws {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.rejected, .held, heldBy: ["person/alice"])
        #expect(scene.course == ["safe-mode", "write-drain"])
        #expect(scene.view?.steps.first?.state == "skipped")
        #expect(scene.view?.steps.first?.detail == "held by alice")
        try scene.answer()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer()
        try scene.wait(10 * Scene.minute)
        #expect(scene.course == ["safe-mode", "write-drain", "-write-drain"])
        #expect(scene.view?.state == "finished")
    }

    @Test func `a flag that a person has taken meanwhile is left, and the next is undone`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.wait(5 * Scene.minute)
        try scene.answer(.rejected, .held, heldBy: ["person/alice"])
        #expect(scene.course.suffix(2) == ["-write-drain", "-safe-mode"])
        #expect(scene.steps["p0/write-drain"] == "skipped")
    }

    @Test(arguments: ["checkout", "*"])
    func `a pause stops the next automatic step, and a resume goes on`(scope: String) throws {
        let scene = try Scene()
        try scene.open()
        try scene.automation("paused", of: scope)
        try scene.answer()
        #expect(scene.course == ["safe-mode"])
        #expect(scene.view?.state == "paused")
        #expect(scene.view?.nextStep == "p0/write-drain")
        try scene.automation("running", of: scope)
        #expect(scene.course == ["safe-mode", "write-drain"])
    }

    @Test func `a pause of another service, or an older one, stops nothing`() throws {
        let scene = try Scene()
        try scene.automation("running", version: 9)
        try scene.automation("paused", version: 3)
        try scene.automation("paused", of: "billing")
        try scene.mitigate()
        #expect(scene.course == ["safe-mode", "write-drain"])
    }

    @Test func `a resume does not lift the pause of all`() throws {
        let scene = try Scene()
        try scene.automation("paused", of: "*")
        try scene.automation("running")
        try scene.open()
        #expect(scene.requests.isEmpty)
        try scene.automation("running", of: "*")
        #expect(scene.course == ["safe-mode"])
    }

    @Test func `a pause that outlasts the evidence asks a person upon resume`() throws {
        let scene = try Scene()
        try scene.automation("paused")
        try scene.open()
        try scene.wait(30 * Scene.minute)
        try scene.automation("running")
        #expect(scene.requests.isEmpty)
        #expect(scene.view?.state == "gave_up")
        #expect(
            scene.urgencies(.ask).last?.commands?.first
                == "dreamnet safe-mode on --service checkout")
        let other = try Scene()
        try other.open()
        try other.automation("paused")
        try other.answer()
        try other.wait(30 * Scene.minute)
        try other.automation("running")
        #expect(other.course == ["safe-mode"])
        #expect(other.view?.state == "gave_up")
        #expect(
            other.urgencies(.ask).last?.commands?.first
                == "dreamnet write-drain on --service checkout")
    }

    @Test func `a pause stops the undo as well`() throws {
        let scene = try Scene()
        try scene.mitigate()
        try scene.clear()
        try scene.automation("paused")
        try scene.wait(10 * Scene.minute)
        #expect(scene.course == ["safe-mode", "write-drain"])
        #expect(scene.view?.state == "paused")
        #expect(scene.view?.nextAtMs == nil)
        try scene.automation("running")
        #expect(scene.course.last == "-write-drain")
    }

    @Test func `a pause that control-core knows first is tried again until it is known here`()
        throws
    {
        let scene = try Scene()
        try scene.open()
        try scene.answer(.rejected, .paused)
        #expect(scene.course == ["safe-mode"])
        try scene.wait(5 * Scene.second)
        #expect(scene.course == ["safe-mode", "safe-mode"])
        #expect(Set(scene.requestIDs).count == 2)
        try scene.automation("paused")
        try scene.answer(.rejected, .paused)
        try scene.wait(20 * Scene.second)
        #expect(scene.course.count == 2)
        try scene.automation("running")
        #expect(scene.course.count == 3)
    }
}
