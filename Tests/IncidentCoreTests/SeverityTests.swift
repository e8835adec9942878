import Contracts
import Streams
import Testing

@testable import IncidentCoreDomain

/// The severity of an incident, and the runbook that goes with it.
struct SeverityTests {
    @Test func `the worst active alert decides`() throws {
        let harness = try makeHarness()
        var severities: [Severity?] = []
        for (type, id, severity) in [
            ("alert_raised", "a", Severity.p2), ("alert_raised", "b", .p1),
            ("alert_escalated", "a", .p0), ("alert_deescalated", "a", .p3),
            ("alert_cleared", "b", .p1), ("alert_cleared", "a", .p3),
        ] {
            try harness.advance(to: harness.nowMs + 1_000)
            severities.append(try harness.alert(type, id, severity).incident?.severity)
        }
        #expect(severities == [.p2, .p1, .p0, .p1, .p3, .p3])
        #expect(
            harness.turns == [
                "incident_opened", "incident_escalated", "incident_escalated",
                "incident_deescalated", "incident_deescalated", "incident_recovering",
            ])
    }

    @Test func `what a person set stays until a worse alert comes`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let set = try harness.direct(.setIncidentSeverity, incident: id, severity: .p2)
        #expect(set.incident?.type == "incident_deescalated")
        try harness.advance(to: startMs + 1_000)
        let same = try harness.alert("alert_raised", "b", .p2)
        #expect(same.incident?.type == "incident_updated")
        #expect(same.incident?.severity == .p2)
        try harness.restart()
        let worse = try harness.alert("alert_raised", "c", .p1)
        #expect(worse.incident?.type == "incident_escalated")
        // From here the alerts decide again, and the first is still a P0.
        #expect(worse.incident?.severity == .p0)
    }

    @Test func `what a person set does not outlast the incident's end`() throws {
        let harness = try makeHarness()
        let id = try #require(try harness.alert("alert_raised", "a", .p1).incident?.incidentId)
        try harness.direct(.setIncidentSeverity, incident: id, severity: .p0)
        try harness.advance(to: startMs + 1_000)
        try harness.alert("alert_cleared", "a")
        try harness.advance(to: startMs + 120_000)
        let back = try harness.alert("alert_raised", "b", .p2)
        #expect(back.incident?.type == "incident_reopened")
        #expect(back.incident?.severity == .p2)
        #expect(back.incident?.runbook == nil)
    }

    @Test func `a severity that a person raises is evidence as fresh as the order`() throws {
        let harness = try makeHarness()
        let id = try #require(try harness.alert("alert_raised", "a", .p2).incident?.incidentId)
        try harness.advance(to: startMs + 600_000)
        let raised = try harness.direct(
            .setIncidentSeverity, incident: id, severity: .p0, reason: "payments are down")
        #expect(raised.incident?.type == "incident_escalated")
        #expect(raised.incident?.evidenceTs == startMs + 600_000)
        #expect(raised.incident?.runbook == "p0-outage")
        #expect(
            raised.view?.timeline.map(\.text).suffix(2) == [
                "severity set from P2 to P0 (payments are down)", "runbook p0-outage applies",
            ])
        #expect(raised.view?.timeline.last { $0.kind == "person" }?.author == "alice")
    }

    @Test func `the runbook changes when it gets worse and stays when it gets better`() throws {
        let harness = try makeHarness()
        #expect(
            try harness.alert("alert_raised", "a", .p1).incident?.runbook == "p1-degradation")
        try harness.advance(to: startMs + 1_000)
        #expect(try harness.alert("alert_escalated", "a", .p0).incident?.runbook == "p0-outage")
        try harness.advance(to: startMs + 2_000)
        #expect(try harness.alert("alert_deescalated", "a", .p1).incident?.runbook == "p0-outage")
        try harness.advance(to: startMs + 3_000)
        try harness.alert("alert_cleared", "a")
        try harness.advance(to: startMs + 120_000)
        #expect(
            try harness.alert("alert_raised", "b", .p1).incident?.runbook == "p1-degradation")
    }

    @Test func `an incident that no runbook is for has none`() throws {
        let harness = try makeHarness()
        let said = try harness.alert("alert_raised", "a", .p3)
        #expect(said.incident?.runbook == nil)
    }
}
