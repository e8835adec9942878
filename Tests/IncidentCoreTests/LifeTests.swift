import Contracts
import Streams
import Testing

@testable import IncidentCoreDomain

/// The states of an incident, and what moves it from one to the next.
struct LifeTests {
    @Test(arguments: ["alert_raised", "alert_escalated", "alert_deescalated"])
    func `an active alert that nobody knows opens an incident`(type: String) throws {
        let harness = try makeHarness()
        let said = try harness.alert(type, messageID: "a1")
        let incident = try #require(said.incident)
        #expect(incident.type == "incident_opened")
        #expect(incident.state == .open)
        #expect(incident.severity == .p0)
        #expect(incident.title == "p95 latency 6,210 ms above 5,000 ms")
        #expect(incident.revision == 1)
        #expect(incident.openedTs == startMs)
        #expect(incident.runbook == "p0-outage")
        #expect(ServiceName.ofIncident(incident.incidentId) == "checkout")
        #expect(said.map(\.key) == ["checkout", "incident/\(incident.incidentId)"])
        #expect(
            said.view?.timeline.map(\.text) == [
                "P0: p95 latency 6,210 ms above 5,000 ms", "opened as P0",
                "runbook p0-outage applies",
            ])
        #expect(said.view?.timeline.map(\.messageId) == ["a1", "a1", "a1"])
    }

    @Test func `a clear of an alert that nobody knows says nothing`() throws {
        let harness = try makeHarness()
        #expect(try harness.alert("alert_cleared").isEmpty)
        _ = try harness.openIncident()
        #expect(try harness.alert("alert_cleared", "checkout.errors.9").isEmpty)
    }

    @Test func `an incident goes through its whole life, restarted between any two messages`()
        throws
    {
        let harness = try makeHarness()
        func step(_ said: [HarnessOutput], _ type: String, _ state: IncidentState) throws {
            let incident = try #require(said.incident)
            #expect(incident.type == type)
            #expect(incident.state == state)
            #expect(said.incidentCount == 1)
            #expect(said.view?.incident == incident)
            try harness.restart()
        }
        try step(try harness.alert("alert_raised", "a", .p1), "incident_opened", .open)
        try harness.advance(to: startMs + 5_000)
        try step(try harness.alert("alert_escalated", "a", .p0), "incident_escalated", .open)
        try harness.advance(to: startMs + 10_000)
        try step(try harness.alert("alert_raised", "b", .p1), "incident_updated", .open)
        try harness.advance(to: startMs + 15_000)
        try step(try harness.alert("alert_cleared", "a", .p0), "incident_deescalated", .open)
        try harness.advance(to: startMs + 20_000)
        try step(try harness.alert("alert_cleared", "b"), "incident_recovering", .recovering)
        try harness.advance(to: startMs + 50_000)
        try step(try harness.alert("alert_raised", "c", .p2), "incident_relapsed", .open)
        try harness.advance(to: startMs + 60_000)
        try step(try harness.alert("alert_cleared", "c"), "incident_recovering", .recovering)
        #expect(try harness.advance(to: startMs + 119_999).isEmpty)
        try step(
            try harness.advance(to: startMs + 120_000), "incident_resolved", .resolved)
        try harness.advance(to: startMs + 720_000)
        try step(try harness.alert("alert_raised", "d", .p0), "incident_reopened", .open)
        let view = try #require(harness.view)
        #expect(view.incident.relapses == 2)
        #expect(view.incident.revision == 9)
        #expect(view.incident.resolvedTs == nil)
        #expect(view.incident.alerts.map(\.active) == [false, false, false, true])
        #expect(Set(harness.outputs.compactMap(\.key)).count == 2)
        #expect(harness.deadLetters.isEmpty)
    }

    @Test func `an alert later than the chance to reopen opens another incident`() throws {
        let harness = try makeHarness()
        let first = try harness.openIncident()
        try harness.alert("alert_cleared", afterMs: 1)
        let end = try #require(try harness.advance(to: startMs + 60_000).incident?.resolvedTs)
        try harness.advance(to: end + 10 * 60_000 + 1)
        let incident = try #require(try harness.alert("alert_raised", "a2").incident)
        #expect(incident.type == "incident_opened")
        #expect(incident.incidentId != first)
        #expect(incident.relapses == 0)
    }

    @Test func `services have incidents of their own`() throws {
        let harness = try makeHarness()
        let one = try harness.openIncident()
        let other = try harness.alert(
            "alert_raised", "billing.latency.1", .p1, service: "billing")
        #expect(other.incident?.service == "billing")
        #expect(other.incident?.incidentId != one)
        #expect(other.incident?.runbook == "p1-degradation")
    }

    @Test func `a relapse stops the stable window and the next clear begins it anew`() throws {
        let harness = try makeHarness()
        _ = try harness.openIncident()
        try harness.advance(to: startMs + 1_000)
        try harness.alert("alert_cleared")
        try harness.advance(to: startMs + 40_000)
        try harness.alert("alert_raised", "again")
        #expect(try harness.advance(to: startMs + 80_000).isEmpty)
        try harness.alert("alert_cleared", "again")
        #expect(try harness.advance(to: startMs + 139_999).isEmpty)
        #expect(
            try harness.advance(to: startMs + 140_000).incident?.type == "incident_resolved")
    }

    @Test func `an alert of a resolved incident that changes without getting worse stays history`()
        throws
    {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.direct(.resolveIncident, incident: id)
        try harness.advance(to: startMs + 1_000)
        let better = try harness.alert(
            "alert_deescalated", "checkout.latency.1", .p2)
        #expect(better.incident?.type == "incident_updated")
        #expect(better.incident?.state == .resolved)
        let clear = try harness.alert("alert_cleared", afterMs: 1_001)
        #expect(clear.incident?.type == "incident_updated")
        #expect(clear.incident?.state == .resolved)
    }

    @Test func `a resolved incident is forgotten after its time, its view taken away`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.alert("alert_cleared", afterMs: 1)
        try harness.advance(to: startMs + 60_000)
        #expect(try harness.advance(to: startMs + 60_000 + 7 * 86_400_000 - 1).isEmpty)
        try harness.restart()
        let said = try harness.advance(to: startMs + 60_000 + 7 * 86_400_000)
        #expect(said.map(\.key) == ["incident/\(id)"])
        #expect(said.map(\.value) == [nil])
        #expect(harness.nextDueMs == nil)
        #expect(
            try harness.direct(.noteIncident, incident: id, text: "late").effect?.code
                == "unknown_incident")
    }

    @Test func `of a service no more incidents are kept than the policy says`() throws {
        let harness = try makeHarness(testPolicy(incidentsKeptMax: 2))
        var ids: [String] = []
        for round in 0..<4 {
            let fromMs = startMs + Int64(round) * 3_600_000
            try harness.advance(to: fromMs)
            ids.append(
                try #require(try harness.alert("alert_raised", "a\(round)").incident?.incidentId))
            try harness.advance(to: fromMs + 1)
            try harness.alert("alert_cleared", "a\(round)")
        }
        let gone = harness.outputs.filter { $0.value == nil }.compactMap(\.key)
        #expect(gone == ids.prefix(2).map { "incident/\($0)" })
    }
}
