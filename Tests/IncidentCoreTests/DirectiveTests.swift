import Contracts
import JSON
import Streams
import Testing

@testable import IncidentCoreDomain

/// What people order about incidents, and what they are answered.
struct DirectiveTests {
    @Test func `a declared incident is opened, and resolved by a person alone`() throws {
        let harness = try makeHarness()
        let said = try harness.direct(
            .declareIncident, service: "checkout", severity: .p0, title: "payments are down")
        let incident = try #require(said.incident)
        #expect(incident.type == "incident_opened")
        #expect(incident.declaredBy == "alice")
        #expect(incident.title == "payments are down")
        #expect(incident.evidenceTs == startMs)
        #expect(incident.runbook == "p0-outage")
        #expect(incident.raisedTs == nil)
        #expect(said.effect?.type == "directive_done")
        #expect(said.effect?.subjectId == "c1")
        #expect(said.effect?.incidentId == incident.incidentId)
        #expect(said.effect?.reason == "declared \(incident.incidentId) as P0")
        try harness.restart()
        try harness.alert("alert_raised", "a", .p1)
        try harness.advance(to: startMs + 1_000)
        #expect(
            try harness.alert("alert_cleared", "a").incident?.type == "incident_recovering")
        #expect(try harness.advance(to: startMs + 86_400_000).isEmpty)
        let end = try harness.direct(.resolveIncident, "c2", incident: incident.incidentId)
        #expect(end.incident?.type == "incident_resolved")
    }

    @Test func `a second incident of a service is refused, and the first one named`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let said = try harness.direct(
            .declareIncident, service: "checkout", severity: .p1, title: "also broken")
        #expect(said.count == 1)
        #expect(said.effect?.type == "directive_refused")
        #expect(said.effect?.code == "invalid")
        #expect(said.effect?.reason?.contains(id) == true)
    }

    @Test func `each order is done, told on the timeline and answered once`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let table: [(CommandType, String, String)] = [
            (.ackIncident, "incident_acknowledged", "acknowledged (looking)"),
            (.noteIncident, "incident_noted", "the dependency is slow"),
            (
                .setIncidentSeverity, "incident_deescalated",
                "severity set from P0 to P1 (looking)"
            ),
            (.resolveIncident, "incident_resolved", "resolved with 1 alert still active (looking)"),
        ]
        for (number, (type, turn, text)) in table.enumerated() {
            func send() throws -> [HarnessOutput] {
                try harness.direct(
                    type, "c\(number)", incident: id, severity: .p1,
                    text: "the dependency is slow", reason: "looking", messageID: "d\(number)")
            }
            let said = try send()
            #expect(said.incident?.type == turn)
            #expect(said.view?.timeline.last { $0.kind == "person" }?.text == text)
            #expect(said.view?.timeline.last { $0.kind == "person" }?.author == "alice")
            #expect(said.effect?.type == "directive_done")
            #expect(said.effect?.subjectId == "c\(number)")
            #expect(said.effect?.service == "checkout")
            #expect(said.last?.topic == "nervous.effect")
            try harness.restart()
            #expect(try send().isEmpty)
        }
        let acknowledged = harness.outputs.compactMap { $0.payload(as: IncidentPayload.self) }
            .last?.acknowledgedBy
        #expect(acknowledged == "alice")
    }

    @Test func `an order that changes nothing is done, and only its author hears of it`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.direct(.ackIncident, "c1", incident: id)
        #expect(
            try harness.direct(.setIncidentSeverity, "c2", incident: id, severity: .p0)
                .incident?.type == "incident_updated")
        let again: [(CommandType, String)] = [
            (.ackIncident, "alice had acknowledged \(id) already"),
            (.setIncidentSeverity, "\(id) was P0 already"),
        ]
        for (type, reason) in again {
            let said = try harness.direct(type, "again-\(type)", incident: id, severity: .p0)
            #expect(said.count == 1)
            #expect(said.effect?.type == "directive_done")
            #expect(said.effect?.reason == reason)
        }
        try harness.direct(.resolveIncident, "c3", incident: id)
        #expect(
            try harness.direct(.resolveIncident, "c4", incident: id).effect?.reason
                == "\(id) was resolved already")
    }

    @Test func `a second person takes an incident over`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.direct(.ackIncident, "c1", incident: id)
        let said = try harness.direct(.ackIncident, "c2", author: "bob", incident: id)
        #expect(said.incident?.acknowledgedBy == "bob")
        #expect(said.view?.timeline.last?.text == "acknowledged, taken over from alice")
    }

    @Test func `resolved with alerts still active, the next alert reopens it`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.outcome(stepOutcome("r1", id))
        let end = try harness.direct(.resolveIncident, incident: id)
        #expect(
            end.effect?.reason == "resolved \(id) with 1 alert still active and steps not undone: "
                + "p0-outage/safe-mode")
        #expect(try harness.alert(afterMs: 1_000).isEmpty)
        try harness.advance(to: startMs + 60_000)
        let back = try harness.alert("alert_raised", "errors", .p1, signal: .errors)
        #expect(back.incident?.type == "incident_reopened")
        #expect(back.incident?.incidentId == id)
        #expect(back.incident?.severity == .p0)
        #expect(back.incident?.relapses == 1)
        #expect(
            back.view?.timeline.contains { $0.text == "P1: error rate 42.5% above 10%" } == true)
    }

    @Test func `an escalation of an alert that a person resolved over reopens`() throws {
        let harness = try makeHarness()
        let id = try #require(try harness.alert("alert_raised", "a", .p1).incident?.incidentId)
        try harness.direct(.resolveIncident, incident: id)
        try harness.advance(to: startMs + 1_000)
        #expect(
            try harness.alert("alert_escalated", "a", .p0).incident?.type == "incident_reopened")
    }

    @Test(arguments: [
        (CommandType.ackIncident, "checkout.00000000", OutcomeCode.unknownIncident),
        (.noteIncident, "checkout.00000000", .unknownIncident),
        (.setIncidentSeverity, "billing.00000000", .unknownIncident),
        (.resolveIncident, "no such id", .unknownIncident),
        (.ackIncident, "", .invalid),
    ])
    func `an order about no incident is refused with a hint`(
        type: CommandType, id: String, code: OutcomeCode
    ) throws {
        let harness = try makeHarness()
        let open = try harness.openIncident()
        let said = try harness.direct(type, incident: id, severity: .p1, text: "x")
        #expect(said.count == 1)
        #expect(said.effect?.type == "directive_refused")
        #expect(said.effect?.code == code.rawValue)
        if id.hasPrefix("checkout") {
            #expect(said.effect?.reason == "no incident \(id); checkout's is \(open)")
        }
        #expect(harness.deadLetters.isEmpty)
    }

    @Test func `an order without what it needs is refused as invalid`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        let faults: [[HarnessOutput]] = [
            try harness.direct(.noteIncident, "c1", incident: id, text: " \n"),
            try harness.direct(.setIncidentSeverity, "c2", incident: id),
            try harness.direct(.declareIncident, "c3", severity: .p1, title: "t"),
            try harness.direct(.declareIncident, "c4", service: "*", severity: .p1, title: "t"),
            try harness.direct(.declareIncident, "c5", service: "a", title: "t"),
            try harness.direct(.declareIncident, "c6", service: "a", severity: .p1),
            try harness.direct(.ackIncident, "c7", author: "", incident: id),
        ]
        for said in faults {
            #expect(said.count == 1)
            #expect(said.effect?.type == "directive_refused")
            #expect(said.effect?.code == "invalid")
        }
    }

    @Test func `a resolved incident can be noted, but neither acknowledged nor raised`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.direct(.resolveIncident, "c1", incident: id)
        #expect(try harness.direct(.ackIncident, "c2", incident: id).effect?.code == "invalid")
        #expect(
            try harness.direct(.setIncidentSeverity, "c3", incident: id, severity: .p1).effect?
                .code == "invalid")
        let note = try harness.direct(.noteIncident, "c4", incident: id, text: "review is done")
        #expect(note.incident?.type == "incident_noted")
        #expect(note.incident?.state == .resolved)
    }

    @Test func `a directive that cannot be read is answered and kept as a dead letter`() throws {
        let harness = try makeHarness()
        let text = """
            {"id":"x","ts":\(startMs),"role":"system","topic":"directive","payload":\
            {"type":"ack_incident","commandId":"c9","author":7}}
            """
        let said = try harness.send(text: text, to: .directive, key: "checkout")
        #expect(said.effect?.type == "directive_refused")
        #expect(said.effect?.subjectId == "c9")
        #expect(said.effect?.code == "invalid")
        #expect(harness.deadLetters.map(\.code) == [.schema])
        #expect(try harness.send(text: text, to: .directive, key: "checkout").isEmpty)
    }

    @Test func `one command id for two orders is a conflict and is answered once`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.direct(.ackIncident, "c1", incident: id)
        #expect(try harness.direct(.noteIncident, "c1", incident: id, text: "x").isEmpty)
        #expect(harness.deadLetters.map(\.code) == [.idConflict])
    }

    @Test(arguments: ["{}", #"{"type":"set_safe_mode","commandId":""}"#])
    func `hostile directives and outcomes are dead letters`(payload: String) throws {
        let harness = try makeHarness()
        for topic in [BusTopic.directive, .outcome] {
            let text = """
                {"id":"x","ts":\(startMs),"role":"system","topic":"\(topic.kind)",\
                "payload":\(payload)}
                """
            #expect(try harness.send(text: text, to: topic, key: "checkout").isEmpty)
        }
        #expect(harness.deadLetters.count == 2)
    }
}
