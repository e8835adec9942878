import Contracts
import JSON
import Streams
import Testing

@testable import NervousSystemDomain

/// Who is woken, asked and told.
@Suite struct NotificationTests {
    @Test(arguments: [(Severity.p0, 1), (.p1, 1), (.p2, 0), (.p3, 0)])
    func `P0 and P1 wake somebody, milder ones do not`(severity: Severity, count: Int) throws {
        let scene = try Scene()
        try scene.open(severity)
        #expect(scene.urgencies(.page).count == count)
    }

    @Test func `a page says what is wrong, what is done, and how to look and acknowledge`() throws {
        let scene = try Scene()
        try scene.open()
        let page = try #require(scene.urgencies(.page).first)
        #expect(page.title == "P0 checkout: errors of checkout")
        #expect(
            page.text
                == "12 % of requests fail\nRunbook p0 does: Turn on safe-mode; Turn on write-drain."
        )
        #expect(
            page.commands == [
                "dreamnet incidents ack checkout.0a1b2c3d",
                "dreamnet incidents show checkout.0a1b2c3d", "dreamnet signals show checkout",
            ])
        #expect(page.incidentId == Scene.incidentID && page.severity == .p0)
        #expect(page.evidenceTs == Scene.startMs)
    }

    @Test func `the page of an observed service says that nothing is done by itself`() throws {
        let scene = try Scene(Scene.policy(.observe))
        try scene.open()
        #expect(scene.urgencies(.page).first?.text.contains("only observed") == true)
    }

    @Test func `an incident without a runbook wakes somebody, tells the end, and has no view`()
        throws
    {
        let scene = try Scene()
        scene.news.runbook = nil
        try scene.hear("incident_opened", .open)
        #expect(scene.urgencies(.page).first?.text.contains("No runbook applies") == true)
        try scene.clear()
        try scene.resolve()
        #expect(scene.urgencies(.tell).count == 1)
        #expect(scene.view == nil)
        try scene.wait(25 * Scene.hour)
        #expect(scene.harness.nextDueMs == nil)
    }

    @Test func `an unknown runbook is none`() throws {
        let scene = try Scene()
        try scene.hear("incident_opened", .open, runbook: "no-such")
        #expect(scene.requests.isEmpty)
        #expect(scene.urgencies(.page).count == 1)
    }

    @Test func `an escalation wakes again, the way back and forth does not`() throws {
        let scene = try Scene()
        try scene.open(.p1)
        try scene.hear("incident_escalated", .open, severity: .p0)
        try scene.hear("incident_deescalated", .open, severity: .p1)
        try scene.hear("incident_escalated", .open, severity: .p0)
        #expect(scene.urgencies(.page).map(\.severity) == [.p1, .p0])
    }

    @Test func `questions that come together are one notification`() throws {
        var runbook = Scene.p0
        runbook.steps.append(
            RunbookStep(
                id: "back", title: "Roll back",
                kind: .ask(text: "Was there a release?", commands: [])))
        let scene = try Scene(
            NervousSystemPolicy(runbooks: [runbook], automation: ["checkout": .act]))
        try scene.mitigate()
        let ask = try #require(scene.urgencies(.ask).first)
        #expect(scene.urgencies(.ask).count == 1)
        #expect(
            ask.text
                == "1. Find the cause: What changed on checkout?\n2. Roll back: Was there a release?"
        )
        #expect(ask.commands?.first == "dreamnet incidents note checkout.0a1b2c3d 'cause: ...'")
    }

    @Test func `who was not woken is not told`() throws {
        let scene = try Scene()
        try scene.open(evidenceAgeMs: Scene.hour)
        try scene.resolve()
        #expect(scene.notifications.isEmpty)
    }

    @Test func `a notification of the same cause has the same id`() throws {
        func ids() throws -> [String] {
            let scene = try Scene()
            try scene.mitigate()
            return scene.harness.outputs.filter { $0.topic == "nervous.notification" }
                .compactMap { $0.envelope?.id }
        }
        #expect(try ids() == ids())
        #expect(try ids().count == 2)
    }

    @Test(arguments: [
        (RunbookAction(.setSafeMode, enabled: true), "dreamnet safe-mode on --service s"),
        (RunbookAction(.setSafeMode, enabled: false), "dreamnet safe-mode off --service s"),
        (RunbookAction(.setWriteDrain, enabled: true), "dreamnet write-drain on --service s"),
        (
            RunbookAction(.setModule, enabled: false, module: "citadel"),
            "dreamnet module disable citadel --service s"
        ),
        (
            RunbookAction(.setRateLimit, enabled: true),
            "dreamnet hotkey 'RATE_LIMIT=reduce' --service s"
        ),
        (
            RunbookAction(.setRateLimit, enabled: false),
            "dreamnet hotkey 'RATE_LIMIT=restore' --service s"
        ),
        (RunbookAction(.setAutoscale, enabled: true), "dreamnet hotkey 'AUTOSCALE=on' --service s"),
        (
            RunbookAction(.setMonitor, level: "increase"),
            "dreamnet hotkey 'MONITOR=increase' --service s"
        ),
        (
            RunbookAction(.setAlertThreshold, level: "lower"),
            "dreamnet hotkey 'ALERT_THRESHOLD=lower' --service s"
        ),
    ])
    func `each action has a command of the command line`(action: RunbookAction, text: String) {
        #expect(action.command(service: "s") == text)
    }

    // MARK: News that cannot be true

    @Test(
        arguments: [
            ["incidentId": "billing.0a1b2c3d"], ["incidentId": "checkout"],
            ["incidentId": "../x.00000000"],
            ["evidenceTs": -1], ["evidenceTs": -9_223_372_036_854_775_808], ["revision": -1],
            ["severity": "P9"], ["state": "weird"], ["service": "*"],
        ] as [[String: JSONValue]])
    func `news of an incident that cannot be true is a dead letter`(
        fields: [String: JSONValue]
    ) throws {
        let scene = try Scene()
        var payload = try JSON.encodeToValue(scene.news)
        payload["type"] = "incident_opened"
        for (name, value) in fields { payload[name] = value }
        let envelope = try Envelope(
            id: "x", ts: scene.nowMs, role: .service, topic: "incident", payload: payload)
        #expect(try scene.harness.send(envelope, to: .incident, key: "checkout").isEmpty)
        #expect(scene.harness.deadLetters.map(\.code) == [.schema])
    }

    @Test func `extreme times and long texts neither trap nor grow the record`() throws {
        let scene = try Scene()
        scene.news.title = String(repeating: "é", count: 50_000)
        scene.news.evidenceTs = .max
        scene.news.revision = 1
        try scene.harness.send(scene.news, key: "checkout")
        scene.news.state = .recovering
        scene.news.clearedTs = .max
        scene.news.revision = .max
        try scene.harness.send(scene.news, key: "checkout")
        #expect((scene.urgencies(.page).first?.title.utf8.count ?? 0) < 300)
        try scene.harness.restart()
        #expect(scene.harness.deadLetters.isEmpty)
    }

    @Test func `outcomes of incidents that nobody answers are left alone`() throws {
        let scene = try Scene()
        let said = try scene.harness.send(
            OutcomePayload(
                commandId: "c", status: .succeeded, final: true, action: "set_safe_mode",
                author: "alice", service: "checkout", incidentId: "checkout.ffffffff"),
            key: "checkout")
        #expect(said.isEmpty && scene.harness.deadLetters.isEmpty)
    }

    // MARK: Settings

    @Test func `the task shows the settings that it runs, at its start and at each change`() throws
    {
        let scene = try Scene(partition: 3)
        func shown() -> SettingView? {
            scene.harness.outputs.last { $0.key == "settings/nervous-system/3" }?.payload()
        }
        #expect(
            shown() == SettingView(owner: "nervous-system", partition: 3, version: 0, values: [:]))
        try scene.automation("paused", version: 7)
        #expect(shown()?.version == 7)
        #expect(shown()?.values == ["automation/checkout": "paused"])
        try scene.harness.send(
            SettingPayload(
                name: .monitor, service: "checkout", value: "increase", version: 8,
                author: "alice", commandId: "c"),
            key: "checkout")
        #expect(shown()?.version == 8)
        try scene.harness.restart()
        #expect(shown()?.version == 8)
        #expect(shown()?.values == ["automation/checkout": "paused"])
    }

    @Test(arguments: [("checkout", "stopped"), ("Check Out", "paused")])
    func `a setting that cannot be is a dead letter`(service: String, value: String) throws {
        let scene = try Scene()
        try scene.automation(value, of: service)
        #expect(scene.harness.deadLetters.map(\.code) == [.schema])
    }
}
