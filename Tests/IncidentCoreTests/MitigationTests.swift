import Contracts
import Streams
import Testing

@testable import IncidentCoreDomain

/// What outcomes and control-core's events do to an incident.
struct MitigationTests {
    @Test func `steps that are not undone keep an incident from being resolved`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let first = try harness.outcome(stepOutcome("r1", id))
        #expect(first.incident?.type == "incident_updated")
        #expect(first.incident?.mitigations == ["p0-outage/safe-mode"])
        #expect(first.incident?.mitigatedTs == startMs)
        try harness.outcome(stepOutcome("r2", id, step: "write-drain"))
        try harness.alert("alert_cleared", afterMs: 1)
        let waiting = try harness.advance(to: startMs + 60_000)
        #expect(waiting.incidentCount == 0)
        #expect(
            waiting.view?.timeline.last?.text
                == "no alert for 1 min; still to be undone: p0-outage/safe-mode, "
                + "p0-outage/write-drain")
        try harness.restart()
        let one = try harness.outcome(stepOutcome("u2", id, step: "write-drain", undo: true))
        #expect(one.incident?.type == "incident_updated")
        #expect(one.incident?.mitigations == ["p0-outage/safe-mode"])
        let last = try harness.outcome(stepOutcome("u1", id, undo: true))
        #expect(last.incident?.type == "incident_resolved")
        #expect(last.incident?.mitigations == nil)
        #expect(last.incidentCount == 1)
    }

    @Test func `a step that only looks closer has to be undone too`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        var monitor = stepOutcome("r1", id, step: "monitor", flags: [])
        monitor.action = "set_monitor"
        monitor.settingVersion = 1
        let done = try harness.outcome(monitor)
        #expect(done.incident?.mitigations == ["p0-outage/monitor"])
        #expect(done.incident?.mitigatedTs == nil)
        try harness.alert("alert_cleared", afterMs: 1)
        #expect(try harness.advance(to: startMs + 60_000).incidentCount == 0)
        monitor.commandId = "u1"
        monitor.undo = true
        monitor.settingVersion = 2
        #expect(try harness.outcome(monitor).incident?.type == "incident_resolved")
    }

    @Test func `steps undone before the window ends wait for its end`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.outcome(stepOutcome("r1", id))
        try harness.alert("alert_cleared", afterMs: 1)
        try harness.advance(to: startMs + 30_000)
        #expect(
            try harness.outcome(stepOutcome("u1", id, undo: true)).incident?.state
                == .recovering)
        #expect(try harness.advance(to: startMs + 60_000).incident?.type == "incident_resolved")
    }

    @Test(arguments: [
        (OutcomeStatus.succeeded, OutcomeCode?.none, true),
        (.succeeded, .heldByOthers, true),
        (.succeeded, .unchanged, true),
        (.rejected, .held, true),
        (.rejected, .paused, false),
        (.failed, nil, false),
    ])
    func `an undo ends its step when it is done, or when a person holds the flag`(
        status: OutcomeStatus, code: OutcomeCode?, ends: Bool
    ) throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.outcome(stepOutcome("r1", id))
        try harness.outcome(
            stepOutcome("u1", id, status: status, code: code, undo: true, flags: []))
        let held = harness.reducerMitigations(id)
        #expect(held == (ends ? [] : ["p0-outage/safe-mode"]))
    }

    @Test(arguments: [OutcomeStatus.rejected, .failed])
    func `a step that was not done is told, and is no mitigation`(status: OutcomeStatus) throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let said = try harness.outcome(
            stepOutcome("r1", id, status: status, code: .held, reason: "held by alice"))
        #expect(said.incidentCount == 0)
        try harness.advance(to: startMs + 1_000)
        let line = try #require(harness.view?.timeline.last)
        #expect(line.kind == "action")
        #expect(line.author == "service/nervous-system")
        #expect(
            line.text
                == (status == .rejected
                    ? "p0-outage/safe-mode not done: held by alice"
                    : "p0-outage/safe-mode failed: held by alice"))
        #expect(harness.view?.incident.mitigatedTs == nil)
    }

    @Test func `an outcome that comes twice counts once, and a replayed one undoes nothing`()
        throws
    {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let done = stepOutcome("r1", id)
        try harness.outcome(done)
        try harness.outcome(stepOutcome("u1", id, undo: true))
        try harness.restart()
        #expect(try harness.outcome(done).isEmpty)
        #expect(harness.reducerMitigations(id).isEmpty)
        #expect(try harness.outcome(stepOutcome("r1", id, step: "write-drain")).isEmpty)
        #expect(harness.deadLetters.map(\.code) == [.idConflict])
    }

    @Test func `a person who overrides a step's flags ends the step`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.outcome(stepOutcome("r1", id))
        let said = try harness.outcome(
            OutcomePayload(
                commandId: "p1", status: .succeeded, final: true, action: "set_safe_mode",
                author: "alice", service: "checkout", reason: "dependency healed",
                flags: [FlagChange(flag: "safe_mode", service: "checkout", value: .bool(false))]))
        #expect(said.incident?.mitigations == nil)
        #expect(
            said.view?.timeline.last?.text
                == "set safe mode: safe_mode off (dependency healed)")
    }

    @Test func `the first step of a person is a mitigation too`() throws {
        let harness = try makeHarness()
        _ = try harness.openIncident()
        try harness.advance(to: startMs + 4_000)
        let said = try harness.outcome(
            OutcomePayload(
                commandId: "p1", status: .succeeded, final: true, action: "set_rate_limit",
                author: "alice", service: "checkout",
                flags: [FlagChange(flag: "rate_limit", service: "checkout", value: .number(50))]))
        #expect(said.incident?.mitigatedTs == startMs + 4_000)
        #expect(said.incident?.mitigations == nil)
        #expect(said.incident.map(IncidentSummary.init)?.mitigateMs == 4_000)
    }

    @Test func `what is no end of an action about an incident is not told`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        var accepted = stepOutcome("r1", id, status: .accepted)
        accepted.final = false
        var copy = stepOutcome("r2", id)
        copy.copy = true
        var directive = stepOutcome("r3", id)
        directive.action = "ack_incident"
        var elsewhere = stepOutcome("r4", id)
        elsewhere.service = "billing"
        elsewhere.incidentId = nil
        var refused = stepOutcome("r5", id, status: .rejected)
        refused.incidentId = nil
        for outcome in [accepted, copy, directive, elsewhere, refused] {
            #expect(try harness.outcome(outcome).isEmpty)
        }
        try harness.advance(to: startMs + 10_000)
        #expect(harness.view?.timeline.contains { $0.kind == "action" } == false)
    }

    @Test(arguments: [true, false])
    func `an order to all is told of every task's incidents, but for who is left out`(
        isLeftOut: Bool
    ) throws {
        let harness = try makeHarness()
        _ = try harness.openIncident()
        // As another task than that of the key `*` gets it.
        var outcome = OutcomePayload(
            commandId: "c1", status: .succeeded, final: true, action: "set_safe_mode",
            author: "alice", service: "*",
            flags: [FlagChange(flag: "safe_mode", service: "*", value: .bool(true))])
        outcome.copy = true
        outcome.except = isLeftOut ? ["checkout"] : nil
        try harness.outcome(outcome)
        try harness.advance(to: startMs + 10_000)
        let lines = harness.view?.timeline.filter { $0.kind == "action" } ?? []
        #expect(lines.count == (isLeftOut ? 0 : 1))
        #expect(lines.allSatisfy { $0.text.contains("safe_mode on") })
    }

    @Test(arguments: [true, false])
    func `an event of control-core and its command's outcome are one line`(
        eventFirst: Bool
    ) throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.advance(to: startMs + 5_000)
        let event = ControlEventPayload(
            type: "safe_mode_enabled", service: "checkout", reason: "P0",
            author: "service/nervous-system", commandId: "r1", incidentId: id)
        if eventFirst { try harness.send(event, key: "checkout") }
        try harness.outcome(stepOutcome("r1", id))
        if !eventFirst { try harness.send(event, key: "checkout") }
        try harness.advance(to: startMs + 10_000)
        #expect(
            harness.view?.timeline.filter { $0.kind == "action" }.map(\.text)
                == ["did p0-outage/safe-mode: safe_mode on"])
    }

    @Test func `an event without an outcome, and one about all services, are lines`() throws {
        let harness = try makeHarness()
        _ = try harness.openIncident()
        try harness.send(
            ControlEventPayload(
                type: "module_enabled", service: "checkout", module: "citadel", reason: "expired",
                author: "control-core", commandId: "t1"),
            key: "checkout")
        try harness.send(
            ControlEventPayload(
                type: "kill_switch_enabled", service: "*", author: "alice", commandId: "k1"),
            key: "*")
        try harness.send(
            ControlEventPayload(
                type: "write_drain_enabled", service: "*", except: ["checkout"], author: "alice",
                commandId: "k2"),
            key: "*")
        try harness.advance(to: startMs + 1_000)
        #expect(
            harness.view?.timeline.suffix(2).map(\.text) == [
                "module enabled citadel: expired", "kill switch enabled for all services",
            ])
        #expect(harness.turns == ["incident_opened"])
    }

    @Test func `a storm of lines renews the view once a second and keeps the newest lines`()
        throws
    {
        let harness = try makeHarness(testPolicy(timelineMax: 10))
        let id = try harness.openIncident()
        for number in 0..<50 {
            try harness.outcome(
                stepOutcome("n\(number)", id, status: .rejected, reason: "no \(number)"))
        }
        try harness.restart()
        #expect(harness.outputs.filter { $0.topic == "nervous.view" }.count == 1)
        let said = try harness.advance(to: startMs + 1_000)
        #expect(said.count == 1)
        #expect(said.view?.timeline.count == 10)
        #expect(said.view?.dropped == 43)
        #expect(said.view?.timeline.last?.text == "p0-outage/safe-mode not done: no 49")
        #expect(harness.outputs.filter { $0.topic == "nervous.view" }.count == 2)
    }

    @Test func `whether a person could be told is on the timeline`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        for (command, status) in [("n1", OutcomeStatus.succeeded), ("n2", .failed)] {
            try harness.outcome(
                OutcomePayload(
                    commandId: command, status: status, final: true, action: "notify",
                    author: "service/nervous-system", service: "checkout",
                    reason: "connection refused", incidentId: id))
        }
        try harness.advance(to: startMs + 1_000)
        #expect(
            harness.view?.timeline.filter { $0.kind == "notification" }.map(\.text) == [
                "a person was told", "nobody could be told: connection refused",
            ])
    }
}

extension ReducerHarness where R == IncidentCoreReducer {
    /// The mitigations of an incident, as a note makes it say them.
    fileprivate func reducerMitigations(_ id: String) -> [String] {
        let said = try? direct(.noteIncident, "probe-\(outputs.count)", incident: id, text: "?")
        return said?.incident?.mitigations ?? []
    }
}
