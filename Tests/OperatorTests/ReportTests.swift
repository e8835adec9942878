import CommandLineKit
import Contracts
import OperatorDomain
import Testing

/// What people see.
@Suite struct ReportTests {
    private func status(
        _ records: [(key: String, value: [UInt8]?)], author: String? = "alice"
    ) -> String {
        StatusReport(
            Fixtures.snapshot(records), address: "127.0.0.1:9092", author: author,
            nowMs: Fixtures.nowMs
        ).text(for: Fixtures.console())
    }

    @Test func `the page shows incident, next step, flags and the way back`() throws {
        let text = status([
            try Fixtures.heartbeat(),
            try Fixtures.incident("checkout.1a2b3c4d"),
            try Fixtures.response(
                "checkout.1a2b3c4d", next: "undo safe-mode", atMs: Fixtures.nowMs + 42_300),
            try Fixtures.flag(
                "safe_mode", .bool(true), holders: [Fixtures.hold("incident/checkout.1a2b3c4d")]),
            try Fixtures.flag(
                "tool_use", .bool(false),
                holders: [Fixtures.hold("incident/checkout.1a2b3c4d", .bool(false))]),
            try Fixtures.flag(
                "rate_limit", .number(25), service: "*",
                holders: [
                    Fixtures.hold(
                        "person/alice", .number(25), expiresAt: Fixtures.nowMs + 600_000)
                ]),
            try Fixtures.flag("write_drain", .bool(false), holders: []),
        ])
        #expect(text.contains("control-core: heard 1 s ago, flags at version 41"))
        #expect(text.contains("P0 checkout.1a2b3c4d  open, opened 3 min ago"))
        #expect(text.contains("next: undo safe-mode in 43 s (runbook p0-outage, undoing)"))
        #expect(text.contains("Flags not at rest: 3"))
        #expect(text.contains("rate_limit  25%"))
        #expect(text.contains("in 10 min"))
        #expect(!text.contains("write_drain"))
        #expect(text.contains("  dreamnet safe-mode off --service checkout --override\n"))
        #expect(!text.contains("flags release tool_use"))
        #expect(text.contains("  dreamnet rate-limit restore --all\n      ends your hold"))
    }

    @Test func `a quiet bus is said to be quiet`() throws {
        let text = status([try Fixtures.heartbeat()])
        #expect(text.contains("Open incidents: none"))
        #expect(text.contains("Flags not at rest: none"))
        #expect(!text.contains("To take it back"))
    }

    @Test func `the silence of control-core is said`() throws {
        #expect(status([]).contains("control-core: never heard"))
        #expect(!status([try Fixtures.heartbeat(ageMs: 15_000)]).contains("last heard"))
        let late = status([try Fixtures.heartbeat(ageMs: 61_000)])
        #expect(late.contains("control-core: last heard 1 min ago"))
    }

    @Test func `the worst incident comes first, then the oldest, and none that is over`() throws {
        let snapshot = Fixtures.snapshot([
            try Fixtures.incident("mail.00000001", .p2),
            try Fixtures.incident("search.00000002", .p0, openedTs: Fixtures.nowMs - 5),
            try Fixtures.incident("checkout.00000003", .p0, openedTs: Fixtures.nowMs - 9),
            try Fixtures.incident("auth.00000004", .p0, state: .resolved),
        ])
        let ids = snapshot.openIncidents.map(\.incident.incidentId)
        #expect(ids == ["checkout.00000003", "search.00000002", "mail.00000001"])
        let list = IncidentListReport(snapshot, all: true, nowMs: Fixtures.nowMs)
        #expect(list.text(for: Fixtures.console()).contains("auth.00000004"))
    }

    @Test func `a tombstone takes a thing away, and what cannot be read is counted`() throws {
        var snapshot = Fixtures.snapshot([
            try Fixtures.incident("mail.00000001"), ("x", Array("{".utf8)),
            ("y", Array("[1]".utf8)),
        ])
        #expect(snapshot.unreadable == 2)
        snapshot.take(key: Array("incident/mail.00000001".utf8), value: nil)
        #expect(snapshot.openIncidents.isEmpty)
    }

    @Test func `no text of a message reaches the terminal as it is`() throws {
        let evil = "x\u{1B}[2J\u{7}"
        let text = status([
            try Fixtures.heartbeat(),
            try Fixtures.incident("checkout.1a2b3c4d", title: evil),
            try Fixtures.response("checkout.1a2b3c4d", next: evil, atMs: nil),
            try Fixtures.flag(
                "module:\(evil)", .bool(false),
                holders: [Fixtures.hold("person/\(evil)", author: evil, reason: evil)]),
        ])
        #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
        #expect(text.contains("\\u{1B}[2J"))
    }

    @Test func `settings that are not at rest are shown with the way back`() throws {
        func view(_ partition: Int, _ version: Int64, _ values: [String: String]) throws
            -> (key: String, value: [UInt8]?)
        {
            try Fixtures.record(
                "settings/nervous-system/\(partition)",
                SettingView(
                    owner: "nervous-system", partition: partition, version: version,
                    values: values))
        }
        let text = status([
            try view(0, 3, ["automation/checkout": "paused"]), try view(1, 2, [:]),
        ])
        #expect(text.contains("automation is paused for checkout"))
        #expect(text.contains("dreamnet automation resume --service checkout"))
        let resumed = status([
            try view(0, 4, [:]), try view(1, 3, ["automation/checkout": "paused"]),
        ])
        #expect(!resumed.contains("Settings not at rest"))
    }

    @Test func `status is one JSON document for programs`() throws {
        let json = try StatusReport(
            Fixtures.snapshot([try Fixtures.incident("checkout.1a2b3c4d")]), address: "a",
            author: nil, nowMs: Fixtures.nowMs
        ).json()
        #expect(json.contains("\"isSilent\": true"))
        #expect(json.contains("\"incidentId\": \"checkout.1a2b3c4d\""))
    }

    @Test func `signals stand beside their thresholds`() throws {
        let view = ServiceView(
            service: "checkout", profile: "default", windowMs: 10_000,
            evidenceTs: Fixtures.nowMs - 2_000, requestsPerSecond: 120.4, instances: 2,
            signals: [
                SignalView(
                    signal: .latency, value: 6_100, unit: "ms", state: "P0",
                    thresholds: ["P0": 5_000, "P1": 2_000, "P2": 1_000], recover: 500),
                SignalView(
                    signal: .errors, value: 0.0312, unit: "ratio", state: "P2",
                    thresholds: ["P0": 0.1], recover: 0.01),
            ], alerts: [])
        let text = SignalReport(view, nowMs: Fixtures.nowMs).text(for: Fixtures.console())
        #expect(text.contains("checkout: 2 instances, 120.4 requests/s"))
        #expect(text.contains("window 10 s, judged up to 2 s ago"))
        let latency = text.split(separator: "\n").first { $0.hasPrefix("latency") }
        let words = latency?.split(separator: " ").joined(separator: " ")
        #expect(words == "latency 6.1 s P0 5 s 2 s 1 s - 500 ms")
        #expect(text.contains("3.1%"))
    }

    @Test func `an incident is shown whole`() throws {
        let snapshot = Fixtures.snapshot([
            try Fixtures.incident("checkout.1a2b3c4d"),
            try Fixtures.response("checkout.1a2b3c4d", next: nil, atMs: nil),
        ])
        let view = try #require(snapshot.incidents["checkout.1a2b3c4d"])
        let text = IncidentReport(
            view, response: snapshot.responses["checkout.1a2b3c4d"], nowMs: Fixtures.nowMs
        ).text(for: Fixtures.console())
        #expect(text.contains("active: P0 latency 6.1 s, threshold 5 s"))
        #expect(text.contains("runbook p0-outage: undoing"))
        #expect(text.contains("23:00:00.000  incident"))
    }

    @Test func `a command is shown with what became of it`() throws {
        var report = CommandReport(id: "abc")
        #expect(report.exitCode == .failure)
        let payload = CommandPayload(type: "set_safe_mode", author: "alice", service: "checkout")
        let other = try Envelope(id: "x", ts: 1, role: .operator, payload)
        report.take(other, recordedAtMs: 5)
        #expect(report.command == nil)
        report.take(
            try Envelope(id: "abc", ts: 1, role: .operator, payload), recordedAtMs: 1_000)
        #expect(report.exitCode == .notAppliedInTime)
        let outcome = OutcomePayload(
            commandId: "abc", status: .succeeded, final: true, action: "set_safe_mode",
            author: "alice", service: "checkout",
            flags: [FlagChange(flag: "safe_mode", service: "checkout", value: .bool(true))],
            flagsVersion: 7)
        var copy = outcome
        copy.copy = true
        for said in [copy, outcome] {
            report.take(try Envelope(id: "o", ts: 2, role: .service, said), recordedAtMs: 1_020)
        }
        #expect(report.exitCode == .success && report.outcomes.count == 1)
        let text = report.text(for: Fixtures.console())
        #expect(text.contains("set_safe_mode by alice"))
        #expect(text.contains("succeeded after 20 ms"))
        #expect(text.contains("checkout safe_mode = on"))
    }

    @Test(
        arguments: [
            ("checkout", true), ("search", false), (nil, true),
        ] as [(String?, Bool)])
    func `an alert is a line for its service`(service: String?, isShown: Bool) throws {
        let alert = AlertPayload(
            type: "alert_raised", alertId: "a", service: "checkout", signal: .latency,
            severity: .p0, evidenceTs: 1, raisedTs: 1, reason: "p95 6.1 s")
        let envelope = try Envelope(id: "a", ts: Fixtures.nowMs, role: .system, alert)
        let line = AlertLine.text(envelope, service: service, console: Fixtures.console())
        #expect(
            line == (isShown ? "23:00:00.000  P0  checkout  alert_raised  p95 6.1 s" : nil))
    }
}

/// The commands that the page proposes.
@Suite struct UndoAdviceTests {
    @Test func `every command that is proposed is one that the tool takes`() async throws {
        let flags = [
            "safe_mode", "write_drain", "kill_switch", "rate_limit", "autoscale", "tool_use",
            "module:it's", "module:citadel",
        ]
        let payloads = flags.flatMap { flag in
            ["checkout", "*"].map { service in
                FlagPayload(
                    service: service == "*" && flag == "tool_use" ? "search" : service,
                    flag: flag, value: .bool(true), version: 1,
                    holders: [Fixtures.hold("person/alice"), Fixtures.hold("incident/x.1a2b3c4d")],
                    updatedMs: 1)
            }
        }
        let lines = UndoAdvice.lines(
            flags: payloads,
            settings: ["automation/*": "paused", "monitor/mail": "increase"], author: "alice")
        // tool_use of checkout goes along with its SAFE_MODE.
        #expect(lines.count == 2 * (payloads.count - 1) + 2)
        for line in lines {
            #expect(line.command.hasPrefix("dreamnet "))
            let words = line.command.split(separator: " ").dropFirst().map { word in
                // What the shell would make of a quoted word.
                word == #"'it'\''s'"# ? "it's" : String(word)
            }
            let (tasks, code, text) = await RecordingShell.run(words)
            #expect(tasks.count == 1 && code == .success, "\(line.command): \(text)")
        }
    }

    @Test func `a module with a name that a terminal could obey is in no command`() {
        let flag = FlagPayload(
            service: "checkout", flag: "module:\u{1B}[2J", value: .bool(false), version: 1,
            holders: [Fixtures.hold("person/alice")], updatedMs: 1)
        #expect(UndoAdvice.lines(flags: [flag], settings: [:], author: "alice").isEmpty)
    }
}
