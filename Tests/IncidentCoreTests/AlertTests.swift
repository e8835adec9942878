import Contracts
import JSON
import Streams
import Testing

@testable import IncidentCoreDomain

/// Repeated, late, hostile and foreign alerts.
struct AlertTests {
    @Test func `an alert that says nothing new says nothing`() throws {
        let harness = try makeHarness()
        _ = try harness.openIncident()
        #expect(try harness.alert(afterMs: 0, messageID: "again").isEmpty)
        try harness.advance(to: startMs + 5_000)
        #expect(try harness.alert(afterMs: 5_000).isEmpty)
        try harness.restart()
        #expect(try harness.alert("alert_cleared", afterMs: 4_000).isEmpty)
        let clear = try harness.alert("alert_cleared", afterMs: 6_000)
        #expect(clear.incident?.evidenceTs == startMs + 6_000)
        #expect(try harness.alert("alert_cleared", afterMs: 6_000).isEmpty)
        #expect(harness.turns == ["incident_opened", "incident_recovering"])
    }

    @Test(arguments: [
        ("alert_raised", Severity.p1), ("alert_escalated", .p0), ("alert_deescalated", .p2),
        ("alert_cleared", .p1),
    ])
    func `evidence older than what is known of an alert does not roll it back`(
        type: String, severity: Severity
    ) throws {
        let harness = try makeHarness()
        try harness.alert("alert_raised", "a", .p1, afterMs: 10_000)
        #expect(try harness.alert(type, "a", severity, afterMs: 9_999).isEmpty)
        try harness.alert("alert_cleared", "a", .p1, afterMs: 20_000)
        #expect(try harness.alert(type, "a", severity, afterMs: 15_000).isEmpty)
        #expect(harness.view?.incident.state == .recovering)
    }

    @Test func `of one moment's evidence a worse severity and a clear hold`() throws {
        let harness = try makeHarness()
        try harness.alert("alert_raised", "a", .p1, afterMs: 0)
        let worse = try harness.alert("alert_escalated", "a", .p0, afterMs: 0)
        #expect(worse.incident?.severity == .p0)
        #expect(try harness.alert("alert_raised", "a", .p1, afterMs: 0).isEmpty)
        let clear = try harness.alert("alert_cleared", "a", .p0, afterMs: 0)
        #expect(clear.incident?.state == .recovering)
        #expect(try harness.alert("alert_raised", "a", .p1, afterMs: 0).isEmpty)
    }

    @Test func `evidence an hour old opens an incident that says how old it is`() throws {
        let harness = try makeHarness()
        let said = try harness.alert(afterMs: -3_600_000)
        #expect(said.incident?.type == "incident_opened")
        #expect(said.incident?.evidenceTs == startMs - 3_600_000)
        #expect(said.incident?.openedTs == startMs)
        #expect(said.incident.map(IncidentSummary.init)?.detectMs == 3_600_000)
    }

    @Test func `a raise replayed after its incident is over opens nothing`() throws {
        let harness = try makeHarness()
        let payload = alert("alert_raised", "a")
        try harness.send(payload, key: "checkout", id: "raise-1")
        try harness.alert("alert_cleared", "a", afterMs: 1)
        try harness.advance(to: startMs + 60_000)
        try harness.advance(to: startMs + 3_600_000)
        try harness.alert("alert_raised", "b")
        try harness.advance(to: startMs + 3_600_001)
        try harness.alert("alert_cleared", "b")
        try harness.advance(to: startMs + 7_200_000)
        #expect(
            try harness.send(payload, key: "checkout", id: "raise-1", at: startMs).isEmpty)
    }

    @Test func `the same messages give the same bytes`() throws {
        func run() throws -> [HarnessOutput] {
            let harness = try makeHarness()
            let id = try harness.openIncident()
            try harness.outcome(stepOutcome("r1", id))
            try harness.direct(.ackIncident, incident: id)
            try harness.alert("alert_raised", "e", .p1, signal: .errors)
            try harness.advance(to: startMs + 1_000)
            try harness.alert("alert_cleared", "e")
            try harness.alert("alert_cleared")
            try harness.outcome(stepOutcome("r2", id, undo: true))
            try harness.advance(to: startMs + 120_000)
            return harness.outputs
        }
        let first = try run()
        #expect(first.count > 10)
        #expect(first == (try run()))
    }

    @Test func `severities of another scale are read in ours`() throws {
        let harness = try makeHarness()
        let text = """
            {"id":"x","ts":\(startMs),"role":"service","topic":"alert","payload":{"type":\
            "alert_raised","alertId":"x1","service":"checkout","signal":"errors","severity":"Sev2",\
            "evidenceTs":\(startMs),"raisedTs":\(startMs),"reason":"queue backlog"}}
            """
        let said = try harness.send(text: text, to: .alert, key: "checkout")
        #expect(said.incident?.severity == .p1)
        #expect(said.incident?.title == "queue backlog")
    }

    @Test(arguments: [
        ("not JSON", Rejection.Code.malformed),
        (message(#""type":"disk_full","service":"checkout""#), .unknownType),
        (message(#""type":"alert_raised","service":"checkout""#), .schema),
        (raise(service: "Check out", id: "a"), .schema),
        (raise(service: "*", id: "a"), .schema),
        (raise(service: "checkout", id: ""), .schema),
        (raise(service: "checkout", id: String(repeating: "a", count: 257)), .schema),
        (raise(service: "checkout", id: "a", severity: "P9"), .schema),
        (raise(service: "checkout", id: "a", evidenceTs: "-1"), .schema),
        (raise(service: "checkout", id: "a", evidenceTs: "-9223372036854775808"), .schema),
        (raise(service: "checkout", id: "a", evidenceTs: "9223372036854775807"), .fromTheFuture),
        (raise(service: "checkout", id: "a", evidenceTs: "1e99"), .schema),
        (raise(service: "checkout", id: "a", ts: startMs + 30_001), .fromTheFuture),
        (raise(service: "checkout", id: "a", ts: .max), .fromTheFuture),
        (
            message(#""type":"safe_mode_enabled","service":"a b","author":"x","commandId":"c""#),
            .schema
        ),
        (
            message(#""type":"safe_mode_enabled","service":"a","author":"x","commandId":"""#),
            .schema
        ),
    ])
    func `an alert that cannot be taken is a dead letter and changes nothing`(
        text: String, code: Rejection.Code
    ) throws {
        let harness = try makeHarness()
        #expect(try harness.send(text: text, to: .alert, key: "checkout").isEmpty)
        #expect(harness.deadLetters.map(\.code) == [code])
        #expect(harness.nextDueMs == nil)
        try harness.restart()
    }

    @Test func `texts of others are one line of bounded length`() throws {
        let harness = try makeHarness()
        var hostile = alert()
        hostile.value = nil
        hostile.reason = "\u{1b}[2Jforged\n" + String(repeating: "\u{1F525}", count: 100_000)
        let incident = try #require(
            try harness.send(hostile, key: "checkout").incident)
        #expect(incident.title.hasPrefix(" [2Jforged "))
        #expect(incident.title.utf8.count <= 500)
        #expect(incident.title.hasSuffix("\u{2026}"))
        var extreme = alert("alert_raised", "b")
        extreme.value = 1.7e308
        extreme.unit = String(repeating: "u", count: 1_000)
        let said = try harness.send(extreme, key: "checkout")
        #expect(said.view?.timeline.allSatisfy { $0.text.utf8.count <= 500 } == true)
    }

    @Test func `a service with more alerts than are kept keeps the active and the worst`() throws {
        let harness = try makeHarness(testPolicy(alertsMax: 3))
        try harness.alert("alert_raised", "a", .p2)
        try harness.alert("alert_raised", "b", .p0)
        try harness.advance(to: startMs + 1)
        try harness.alert("alert_cleared", "a", .p2)
        try harness.alert("alert_raised", "c", .p1)
        try harness.alert("alert_raised", "d", .p3)
        try harness.alert("alert_raised", "e", .p1)
        #expect(harness.view?.incident.alerts.map(\.alertId) == ["b", "c", "e"])
    }

    static func message(_ payload: String) -> String {
        """
        {"id":"h1","ts":\(startMs),"role":"service","topic":"alert","payload":{\(payload)}}
        """
    }

    static func raise(
        service: String, id: String, severity: String = "P0", evidenceTs: String? = nil,
        ts: Int64 = startMs
    ) -> String {
        """
        {"id":"h2","ts":\(ts),"role":"service","topic":"alert","payload":{"type":"alert_raised",\
        "alertId":"\(id)","service":"\(service)","signal":"latency","severity":"\(severity)",\
        "evidenceTs":\(evidenceTs ?? String(startMs)),"raisedTs":\(startMs),"reason":"r"}}
        """
    }
}
