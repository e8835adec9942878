import AuditKit
import Contracts
import Streams
import StreamsKafka
import Testing

/// The audit is worth what it finds: each rule, broken once.
@Suite struct `The audit of the topics` {
    private struct Bus {
        var audit = TopicAudit()
        private var offset: Int64 = 0

        mutating func say(
            _ topic: String, _ value: String, partition: Int32 = 0,
            _ headers: [String: String] = [:]
        ) {
            audit.take(
                ReadRecord(
                    topic: topic, partition: partition, offset: offset, timestampMs: 0, key: nil,
                    value: Array(value.utf8),
                    headers: headers.map { RecordHeader($0.key, text: $0.value) }))
            offset += 1
        }

        mutating func say(_ id: String, _ payload: some MessagePayload) throws {
            let envelope = try Envelope(id: id, ts: 1, role: .system, payload)
            say(
                type(of: payload).topic.rawValue,
                String(decoding: try envelope.serialized(), as: UTF8.self), ["ce_id": id])
        }

        mutating func order(_ id: String, _ expectation: Fate = .taken) {
            say(
                "nervous.command",
                #"{"id":"\#(id)","ts":1,"role":"operator","topic":"command","payload":"#
                    + #"{"type":"set_write_drain","author":"alice","service":"shop","enabled":true}}"#,
                [Fate.header: expectation.text])
        }

        mutating func ingress(_ id: String, _ expectation: Fate = .taken) {
            say("nervous.ingress", #"{"id":"\#(id)"}"#, [Fate.header: expectation.text])
        }

        mutating func deadLetter(_ topic: String, offset: Int64, _ code: String) {
            say(
                topic + ".dlq", "",
                [
                    DeadLetter.Header.topic: topic, DeadLetter.Header.partition: "0",
                    DeadLetter.Header.offset: "\(offset)", DeadLetter.Header.code: code,
                ])
        }

        mutating func outcome(_ id: String, of order: String, copy: Bool? = nil) throws {
            try say(
                id,
                OutcomePayload(
                    commandId: order, status: .succeeded, final: true, action: "set_write_drain",
                    author: "alice", service: "shop", copy: copy))
        }

        mutating func incident(_ type: String, _ id: String, _ state: IncidentState) throws {
            try say(
                "\(type)/\(id)/\(offset)",
                IncidentPayload(
                    type: type, incidentId: id, service: "shop", state: state, severity: .p0,
                    title: "t", revision: 1, openedTs: 1, evidenceTs: 1, alerts: [], relapses: 0,
                    reason: "r"))
        }

        mutating func flag(_ value: Bool, holder: String?, version: Int64 = 1) throws {
            let hold = holder.map {
                FlagHold(
                    holder: $0, value: .bool(value), author: "a", sinceMs: 1, commandId: "c")
            }
            try say(
                "flag/\(version)",
                FlagPayload(
                    service: "shop", flag: "write_drain", value: .bool(value), version: version,
                    holders: hold.map { [$0] } ?? [], updatedMs: 1))
        }
    }

    @Test func `An order needs exactly one outcome, and a copy is none`() throws {
        var bus = Bus()
        bus.order("a")
        #expect(bus.audit.outcomeBreaches().count == 1)
        try bus.outcome("1", of: "a", copy: true)
        #expect(bus.audit.outcomeBreaches().count == 1)
        try bus.outcome("2", of: "a")
        #expect(bus.audit.outcomeBreaches().isEmpty)
        try bus.outcome("3", of: "a")
        #expect(bus.audit.outcomeBreaches().count == 1)
    }

    @Test func `An order that was never well-formed is answered too, and none is made up`() throws {
        var bus = Bus()
        bus.say(
            "nervous.command", #"{"id":"bad"}"#,
            [Fate.header: Fate.deadLetter(.unknownType).text])
        #expect(bus.audit.outcomeBreaches().count == 1)
        try bus.outcome("1", of: "bad")
        #expect(bus.audit.outcomeBreaches().isEmpty)
        try bus.outcome("2", of: "nobody")
        #expect(bus.audit.outcomeBreaches().count == 1)
    }

    @Test func `A message lies dead if it has to, once and for its reason`() {
        var bus = Bus()
        bus.ingress("a", .deadLetter(.schema))
        #expect(bus.audit.deadLetterBreaches().count == 1)
        bus.deadLetter("nervous.ingress", offset: 0, "schema")
        #expect(bus.audit.deadLetterBreaches().isEmpty)
        bus.deadLetter("nervous.ingress", offset: 0, "schema")
        #expect(bus.audit.deadLetterBreaches().count == 1)
        var other = Bus()
        other.ingress("a", .deadLetter(.schema))
        other.deadLetter("nervous.ingress", offset: 0, "malformed")
        #expect(other.audit.deadLetterBreaches().count == 1)
    }

    @Test func `What is good, or was not sent, may not lie dead`() {
        var bus = Bus()
        bus.ingress("a")
        bus.ingress("a", .duplicate)
        bus.deadLetter("nervous.ingress", offset: 0, "schema")
        bus.deadLetter("nervous.ingress", offset: 1, "schema")
        bus.deadLetter("nervous.request", offset: 7, "schema")
        #expect(bus.audit.deadLetterBreaches().count == 3)
    }

    @Test func `What the ingress takes is passed on exactly once`() {
        var bus = Bus()
        bus.ingress("a")
        #expect(bus.audit.routingBreaches().count == 1)
        bus.say("nervous.signal", "{}", ["ce_id": "a"])
        #expect(bus.audit.routingBreaches().isEmpty)
        bus.say("nervous.signal", "{}", ["ce_id": "a"])
        #expect(bus.audit.routingBreaches().count == 1)
    }

    @Test func `An incident is opened once, and a service has one at a time`() throws {
        var bus = Bus()
        try bus.incident("incident_opened", "shop.00000001", .open)
        try bus.incident("incident_resolved", "shop.00000001", .resolved)
        try bus.incident("incident_opened", "shop.00000002", .open)
        #expect(bus.audit.incidentBreaches().isEmpty)
        try bus.incident("incident_opened", "shop.00000003", .open)
        #expect(bus.audit.incidentBreaches().count == 1)
        var other = Bus()
        try other.incident("incident_opened", "shop.00000001", .open)
        try other.incident("incident_opened", "shop.00000001", .open)
        #expect(other.audit.incidentBreaches().count == 1)
    }

    @Test func `A flag that differs from the fold of the orders is found`() throws {
        var bus = Bus()
        bus.order("a")
        try bus.outcome("1", of: "a")
        func differences() -> Int { FlagFold(bus.audit).differences(from: bus.audit.flags).count }
        #expect(differences() == 1)
        try bus.flag(true, holder: "person/bob")
        #expect(differences() == 1)
        try bus.flag(false, holder: nil, version: 2)
        #expect(differences() == 1)
        try bus.flag(true, holder: "person/alice", version: 3)
        #expect(differences() == 0)
    }

    @Test func `One message said twice, and a version that goes back, are faults`() throws {
        var bus = Bus()
        try bus.outcome("1", of: "a")
        #expect(bus.audit.faults.isEmpty)
        try bus.outcome("1", of: "a")
        #expect(bus.audit.faults.count == 1)
        try bus.flag(true, holder: "person/alice", version: 2)
        try bus.flag(true, holder: "person/alice", version: 2)
        #expect(bus.audit.faults.count == 2)
    }
}
