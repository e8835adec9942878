import Contracts
import Streams
import Testing

@testable import NervousSystemDomain

/// Steps of a runbook that have an action run: a canary, and what follows it.
@Suite struct RunStepTests {
    private static let letters = Runbook(
        name: "letters", title: "Send letters back",
        trigger: RunbookTrigger(runbook: "letters", severities: [.p2]),
        steps: [
            RunbookStep(
                id: "look", title: "Look",
                kind: .ask(text: "What is it?", commands: ["dreamnet dlq status"])),
            run("canary", "dlq-canary", [("topic", "{service}"), ("max", "20")]),
            run("rest", "dlq-replay", [("topic", "{service}"), ("note", "of {incident}; it's")]),
            RunbookStep(id: "drain", title: "Give up", kind: .ask(text: "Is it?", commands: ["d"])),
        ])

    private static func run(
        _ id: String, _ action: String, _ arguments: [(String, String)]
    ) -> RunbookStep {
        RunbookStep(
            id: id, title: "Run \(id)",
            kind: .run(
                RunbookRun(
                    action, arguments: arguments.map { NamedValue(name: $0.0, value: $0.1) },
                    withinMs: 5 * Scene.minute)))
    }

    private static func policy(_ mode: AutomationMode = .act) -> NervousSystemPolicy {
        NervousSystemPolicy(
            runbooks: [letters, Scene.p0], automation: ["checkout": mode])
    }

    /// A scene in which the incident has opened.
    private func opened(_ mode: AutomationMode = .act) throws -> Scene {
        let scene = try Scene(Self.policy(mode))
        try scene.hear("incident_opened", .open, severity: .p2, runbook: "letters")
        return scene
    }

    @Test func `the runbook of these tests can be run`() {
        #expect(Self.letters.validate().isEmpty)
    }

    // MARK: The course

    @Test func `the rest follows once the canary has ended well, and nothing is taken back`()
        throws
    {
        let scene = try opened()
        #expect(scene.course == ["canary"])
        let canary = try #require(scene.requests.first)
        #expect(canary.type == "run_action" && canary.action == "dlq-canary")
        #expect(
            canary.arguments == [
                NamedValue(name: "topic", value: "checkout"), NamedValue(name: "max", value: "20"),
            ])
        #expect(canary.incidentId == Scene.incidentID && canary.service == "checkout")
        #expect(canary.evidenceTs == Scene.startMs && canary.undo == nil)
        for status in [OutcomeStatus.planned, .accepted, .started] {
            try scene.answer(status)
            try scene.wait(Scene.second)
        }
        #expect(scene.course == ["canary"])
        try scene.answer()
        #expect(scene.course == ["canary", "rest"])
        try scene.answer(.started)
        try scene.answer(.verified)
        #expect(scene.steps["letters/rest"] == "done")
        #expect(scene.urgencies(.ask).count == 2 && scene.urgencies(.page).isEmpty)
        try scene.clear()
        try scene.wait(Scene.hour)
        try scene.resolve()
        try scene.wait(Scene.hour)
        #expect(scene.course == ["canary", "rest"])
        #expect(scene.view?.state == "finished")
    }

    @Test(arguments: [OutcomeCode.effectFailed, .timedOut, .unverified, .wrongState])
    func `a canary that ends badly stops it and wakes somebody`(code: OutcomeCode) throws {
        let scene = try opened()
        try scene.answer(.started)
        try scene.answer(.failed, code)
        try scene.wait(Scene.hour)
        #expect(scene.course == ["canary"])
        #expect(scene.view?.state == "gave_up")
        #expect(scene.steps["letters/canary"] == "failed")
        #expect(scene.steps["letters/rest"] == "asked")
        let page = try #require(scene.urgencies(.page).first)
        #expect(scene.urgencies(.page).count == 1)
        #expect(page.title.contains("an action did not end well"))
        #expect(page.commands?.first == "dreamnet actions show \(scene.requestIDs[0])")
    }

    @Test(arguments: [OutcomeCode.brake, .notAllowed, .busy, .invalid, .unknownAction])
    func `a run that is refused did nothing: a person is asked, and nobody woken`(
        code: OutcomeCode
    ) throws {
        let scene = try opened()
        try scene.answer(.rejected, code)
        #expect(scene.course == ["canary"])
        #expect(scene.view?.state == "gave_up")
        #expect(scene.urgencies(.page).isEmpty && scene.urgencies(.ask).count == 2)
    }

    @Test func `a rest that ends badly while the incident recovers wakes somebody as well`() throws
    {
        let scene = try opened()
        try scene.answer()
        try scene.answer(.started)
        try scene.clear()
        try scene.answer(.failed, .effectFailed)
        #expect(scene.urgencies(.page).count == 1)
        #expect(scene.steps["letters/rest"] == "failed")
    }

    @Test func `what recovers during the canary is left alone afterwards`() throws {
        let scene = try opened()
        try scene.answer(.started)
        try scene.clear()
        try scene.answer()
        try scene.wait(Scene.hour)
        #expect(scene.course == ["canary"])
        #expect(scene.steps["letters/rest"] == "skipped")
    }

    @Test func `an incident that comes back is not replayed a second time`() throws {
        let scene = try opened()
        try scene.answer()
        try scene.answer()
        try scene.clear()
        try scene.wait(Scene.minute)
        try scene.relapse()
        try scene.wait(Scene.minute)
        try scene.clear()
        try scene.resolve()
        try scene.wait(Scene.minute)
        try scene.relapse()
        try scene.wait(Scene.minute)
        #expect(scene.course == ["canary", "rest"])
    }

    @Test func `killed at any moment it goes on where it was`() throws {
        let scene = try opened()
        try scene.harness.restart()
        try scene.answer(.started)
        try scene.harness.restart()
        try scene.answer()
        try scene.harness.restart()
        try scene.answer(to: scene.requestIDs[0])
        #expect(scene.course == ["canary", "rest"])
        #expect(Set(scene.requestIDs).count == 2)
    }

    // MARK: The rules

    @Test func `the end of a canary is fresh evidence for the rest, however long it took`() throws {
        let scene = try opened()
        try scene.answer(.started)
        try scene.wait(4 * Scene.minute)
        try scene.answer()
        #expect(scene.course == ["canary", "rest"])
        #expect(scene.requests.last?.evidenceTs == scene.nowMs)
    }

    @Test func `an end that is heard of too late is none`() throws {
        let scene = try opened()
        try scene.answer(.started)
        try scene.wait(4 * Scene.minute)
        try scene.answer(ageMs: 2 * Scene.minute)
        #expect(scene.course == ["canary"])
    }

    @Test func `a pause holds the rest back, and evidence that grew old leaves it to a person`()
        throws
    {
        for (waitMs, course) in [
            (30 * Scene.second, ["canary", "rest"]), (2 * Scene.minute, ["canary"]),
        ] {
            let scene = try opened()
            try scene.automation("paused")
            try scene.answer()
            #expect(scene.course == ["canary"])
            try scene.wait(waitMs)
            try scene.automation("running")
            #expect(scene.course == course)
        }
    }

    @Test func `a run that is not over in time is asked about once, and not begun again`() throws {
        let scene = try opened()
        try scene.wait(31 * Scene.second)
        #expect(scene.urgencies(.ask).last?.title.contains("has not answered") == true)
        try scene.answer(.started)
        try scene.wait(4 * Scene.minute)
        #expect(scene.urgencies(.ask).count == 2)
        try scene.wait(Scene.hour)
        #expect(scene.urgencies(.ask).count == 3)
        let late = try #require(scene.urgencies(.ask).last)
        #expect(late.title.contains("dlq-canary has not ended within 300 s"))
        #expect(late.commands?.first == "dreamnet actions show \(scene.requestIDs[0])")
        #expect(late.commands?.contains { $0.hasPrefix("dreamnet actions run") } == false)
        try scene.answer()
        #expect(scene.course == ["canary", "rest"])
    }

    @Test func `a run that needs a second person waits for one`() throws {
        let scene = try opened()
        try scene.answer(.planned, .needsSecondPerson)
        let ask = try #require(scene.urgencies(.ask).last)
        #expect(ask.commands?.first == "dreamnet actions approve \(scene.requestIDs[0])")
        #expect(scene.view?.steps.first { $0.step == "letters/canary" }?.detail?.isEmpty == false)
        try scene.wait(2 * Scene.minute)
        #expect(scene.course == ["canary"])
        try scene.answer(.rejected, .expired)
        #expect(scene.course == ["canary"] && scene.view?.state == "gave_up")
    }

    @Test func `a run in doubt wakes somebody, and goes on once it is settled`() throws {
        let scene = try opened()
        try scene.answer(.inDoubt)
        let page = try #require(scene.urgencies(.page).first)
        #expect(
            page.commands?.first == "dreamnet actions settle \(scene.requestIDs[0]) --result done")
        #expect(scene.course == ["canary"])
        try scene.answer()
        #expect(scene.course == ["canary", "rest"])
    }

    @Test func `a service whose automation asks gets every run as a command to paste`() throws {
        let scene = try opened(.ask)
        #expect(scene.requests.isEmpty)
        let ask = try #require(scene.urgencies(.ask).first)
        #expect(
            ask.commands?.prefix(4) == [
                "dreamnet dlq status",
                "dreamnet actions run dlq-canary --service checkout --set topic=checkout "
                    + "--set max=20",
                "dreamnet actions run dlq-replay --service checkout --set topic=checkout "
                    + #"--set note='of checkout.0a1b2c3d; it'\''s'"#,
                "d",
            ])
        #expect(scene.urgencies(.ask).count == 1)
    }

    @Test func `a service that is observed gets no run`() throws {
        let scene = try opened(.observe)
        #expect(scene.requests.isEmpty && scene.notifications.isEmpty)
        #expect(scene.view?.state == "observed")
    }

    @Test func `old evidence runs nothing`() throws {
        let scene = try Scene(Self.policy())
        try scene.hear(
            "incident_opened", .open, severity: .p2, evidenceAgeMs: 61_000, runbook: "letters")
        #expect(scene.requests.isEmpty)
    }

    // MARK: The record

    @Test func `a record without runs that an earlier release wrote is read`() throws {
        var response = Response(
            incidentID: Scene.incidentID, service: "checkout",
            incident: Response.Incident(
                state: .open, severity: .p0, title: "t", revision: 1, evidenceTs: 5))
        response.steps = Scene.p0.steps.map { ResponseStep($0, of: "p0") }
        let now = response.binary()
        var writer = BinaryWriter()
        writer.write(Int64?.none)
        writer.write(-1)
        // No alarm, no undo, not put back, nobody paged, no detail.
        let tail = 5
        let added = writer.bytes
        let end = now.count - tail
        #expect(Array(now[(end - added.count)..<end]) == added)
        let before = [1] + now[1..<(end - added.count)] + now[end...]
        #expect(try Response(binary: before) == response)
    }

    @Test(arguments: [
        (RunbookRun(""), "steps[1].run"), (RunbookRun("A b"), "steps[1].run"),
        (RunbookRun("a", arguments: [.init(name: "n", value: "a\nb")]), "steps[1].with.n"),
        (RunbookRun("a", withinMs: 999), "steps[1].within"),
        (RunbookRun("a", withinMs: .max), "steps[1].within"),
        (
            RunbookRun(
                "a", arguments: (0...32).map { .init(name: "n\($0)", value: "v") }),
            "steps[1].with"
        ),
    ])
    func `a run that cannot be is a problem`(run: RunbookRun, path: String) {
        var runbook = Self.letters
        runbook.steps[1].kind = .run(run)
        #expect(runbook.validate().map(\.path) == [path])
    }
}
