import Contracts
import JSON
import Streams
import Testing

@testable import NervousSystemDomain

/// The door of the bus.
@Suite struct RouterTests {
    private func message(
        _ topic: String, _ type: String, _ fields: [String: JSONValue] = [:],
        id: String = "a1", ts: Int64 = Scene.startMs, role: String = "agent"
    ) -> String {
        var payload: [String: JSONValue] = ["type": .string(type)]
        payload.merge(fields) { $1 }
        let root: JSONValue = .object([
            "id": .string(id), "ts": .int(ts), "role": .string(role), "topic": .string(topic),
            "payload": .object(payload),
        ])
        return root.description
    }

    private func command(_ id: String = "a1", _ more: [String: JSONValue] = [:]) -> String {
        message(
            "command", "set_safe_mode",
            ["author": "alice", "service": "checkout", "enabled": true].merging(more) { $1 },
            id: id)
    }

    private func signal(_ id: String, ts: Int64 = Scene.startMs) -> String {
        message(
            "signal", "golden_signals", ["service": "checkout", "instance": "i1"], id: id, ts: ts)
    }

    @Test(arguments: [
        ("command", "set_safe_mode", "nervous.request"),
        ("signal", "golden_signals", "nervous.signal"),
        ("alert", "alert_raised", "nervous.alert"),
        ("heartbeat", "subscriber_heartbeat", "nervous.heartbeat"),
    ])
    func `each kind goes to its topic, keyed by service, with everything that it said`(
        kind: String, type: String, topic: String
    ) throws {
        let scene = try Scene()
        let text = message(
            kind, type,
            [
                "service": "billing", "author": "alice", "instance": "i", "alertId": "a",
                "unheardOf": ["deep": [1, 2.5, nil]],
            ])
        let said = try scene.harness.send(text: text, to: .ingress, key: "some-key")
        #expect(said.map(\.topic) == [topic])
        #expect(said.first?.key == "billing")
        let envelope = try #require(said.first?.envelope)
        #expect(envelope == (try Envelope(parsing: Array(text.utf8))))
        #expect(envelope.role == .agent && envelope.payload["author"]?.stringValue == "alice")
        #expect(envelope.payload["unheardOf"] == ["deep": [1, 2.5, nil]])
        #expect(said.first?.header("ce_id") == "a1")
    }

    @Test func `a command about no one service goes under the key of all`() throws {
        let scene = try Scene()
        let said = try scene.harness.send(
            text: message("command", "ack_incident", ["author": "alice"]), to: .ingress, key: "k")
        #expect(said.first?.key == "*")
    }

    @Test func `the same message again is dropped, another one under its id is a conflict`() throws
    {
        let scene = try Scene()
        #expect(try scene.harness.send(text: command(), to: .ingress, key: "k").count == 1)
        #expect(try scene.harness.send(text: command(), to: .ingress, key: "k").isEmpty)
        #expect(scene.harness.deadLetters.isEmpty)
        let other = command("a1", ["enabled": false])
        #expect(try scene.harness.send(text: other, to: .ingress, key: "k").isEmpty)
        #expect(scene.harness.deadLetters.map(\.code) == [.idConflict])
    }

    @Test func `a later time does not make another message of it`() throws {
        let scene = try Scene()
        try scene.harness.send(text: signal("s"), to: .ingress, key: "k")
        try scene.harness.send(text: signal("s", ts: Scene.startMs + 1), to: .ingress, key: "k")
        #expect(scene.harness.outputs.filter { $0.topic == "nervous.signal" }.count == 1)
        #expect(scene.harness.deadLetters.isEmpty)
    }

    @Test func `ids are told apart by the key of the ingress`() throws {
        let scene = try Scene()
        for key in ["k", "l"] {
            let said = try scene.harness.send(text: command(), to: .ingress, key: key)
            #expect(said.count == 1)
        }
        let none = try scene.harness.send(
            key: nil, value: Array(command().utf8), to: "nervous.ingress")
        #expect(none.count == 1)
    }

    @Test func `an id counts as seen only once its message is routed`() throws {
        let scene = try Scene()
        let bad = message("signal", "golden_signals", ["service": "checkout"])
        try scene.harness.send(text: bad, to: .ingress, key: "k")
        #expect(scene.harness.deadLetters.map(\.code) == [.schema])
        #expect(try scene.harness.send(text: signal("a1"), to: .ingress, key: "k").count == 1)
    }

    @Test func `ids survive a restart`() throws {
        let scene = try Scene()
        try scene.harness.send(text: command(), to: .ingress, key: "k")
        try scene.harness.restart()
        #expect(try scene.harness.send(text: command(), to: .ingress, key: "k").isEmpty)
    }

    @Test func `ids are remembered for a day, and older messages are not taken`() throws {
        let scene = try Scene()
        try scene.harness.send(text: signal("s"), to: .ingress, key: "k")
        try scene.wait(24 * Scene.hour)
        #expect(try scene.harness.send(text: signal("s"), to: .ingress, key: "k").isEmpty)
        #expect(scene.harness.deadLetters.isEmpty)
        try scene.wait(1)
        try scene.harness.send(text: signal("s"), to: .ingress, key: "k")
        #expect(scene.harness.deadLetters.map(\.code) == [.stale])
    }

    @Test func `no more ids are kept than the policy allows, the oldest go first`() throws {
        var policy = Scene.policy()
        policy.ingress.idsMax = 3
        let scene = try Scene(policy)
        for index in 0..<5 {
            try scene.harness.send(text: signal("s\(index)"), to: .ingress, key: "k")
            try scene.wait(1)
        }
        #expect(try scene.harness.send(text: signal("s4"), to: .ingress, key: "k").isEmpty)
        #expect(try scene.harness.send(text: signal("s0"), to: .ingress, key: "k").count == 1)
        try scene.harness.restart()
    }

    @Test func `a replayed message is as old as its replay`() throws {
        let scene = try Scene()
        try scene.wait(48 * Scene.hour)
        let text = Array(signal("s").utf8)
        let replayed = [RecordHeader(DeadLetter.Header.replayID, text: "r1")]
        #expect(
            try scene.harness.send(key: [1], value: text, to: "nervous.ingress", headers: replayed)
                .count == 1)
        try scene.harness.send(key: [2], value: text, to: "nervous.ingress")
        #expect(scene.harness.deadLetters.map(\.code) == [.stale])
    }

    @Test func `a clock that is a little fast delays a message, and a lasting mistake is told`()
        throws
    {
        let scene = try Scene()
        for (id, aheadMs) in [("s1", 30_001 as Int64), ("s2", 49_000), ("s3", 600_000)] {
            let text = Array(signal(id, ts: Scene.startMs + aheadMs).utf8)
            let said = try scene.harness.send(
                key: Array(id.utf8), value: text, to: "nervous.ingress")
            #expect(said.isEmpty)
        }
        #expect(scene.harness.deadLetters.map(\.code) == [.fromTheFuture])
        #expect(try scene.wait(2_000).count == 1)
        #expect(try scene.wait(60_000).count == 1)
        #expect(scene.harness.deadLetters.count == 1)
    }

    @Test(arguments: [(30_000 as Int64, 1, 0), (50_001, 0, 1)])
    func `a message may be thirty seconds ahead of the broker`(
        aheadMs: Int64, routed: Int, dead: Int
    ) throws {
        let scene = try Scene()
        let text = Array(signal("s", ts: Scene.startMs + aheadMs).utf8)
        let said = try scene.harness.send(key: nil, value: text, to: "nervous.ingress")
        #expect(said.count == routed)
        #expect(scene.harness.deadLetters.filter { $0.code == .fromTheFuture }.count == dead)
    }

    @Test(arguments: [
        ("incident", "incident_opened", Rejection.Code.noRoute),
        ("flags", "flag_state", .noRoute), ("outcome", "command_outcome", .noRoute),
        ("nonsense", "x", .noRoute), ("", "x", .noRoute),
        ("command", "drop_tables", .unknownType), ("alert", "golden_signals", .unknownType),
    ])
    func `what may not come in, or nobody knows, is a dead letter`(
        kind: String, type: String, code: Rejection.Code
    ) throws {
        let scene = try Scene()
        let fields: [String: JSONValue] = ["service": "checkout", "author": "a"]
        try scene.harness.send(text: message(kind, type, fields), to: .ingress, key: "k")
        #expect(scene.harness.deadLetters.map(\.code) == [code])
        #expect(scene.harness.deadLetters.first?.record.topic == "nervous.ingress.dlq")
    }

    @Test(arguments: [
        "", " ", "{", "[]", "null", "7", "{}", "\u{0}", #"{"id":"x"}"#,
        #"{"id":1,"ts":1,"role":"agent","topic":"signal","payload":{"type":"x"}}"#,
        #"{"id":"x","ts":"1","role":"agent","topic":"signal","payload":{"type":"x"}}"#,
        #"{"id":"x","ts":1e400,"role":"agent","topic":"signal","payload":{"type":"x"}}"#,
        #"{"id":"x","ts":1,"role":"king","topic":"signal","payload":{"type":"x"}}"#,
        #"{"id":"x","ts":1,"role":"agent","topic":"signal","payload":[]}"#,
        #"{"id":"x","ts":1,"role":"agent","topic":"signal","payload":{}}"#,
        String(repeating: "[", count: 100_000),
    ])
    func `hostile bytes are dead letters on every input`(text: String) throws {
        for topic in [BusTopic.ingress, .incident, .outcome, .setting] {
            let scene = try Scene()
            let said = try scene.harness.send(text: text, to: topic, key: "k")
            #expect(said.isEmpty)
            #expect(scene.harness.deadLetters.count == 1)
        }
    }

    @Test func `bytes that are no UTF-8, and tombstones, are dead letters`() throws {
        let scene = try Scene()
        try scene.harness.send(key: [0xff], value: [0xff, 0xfe], to: "nervous.ingress")
        try scene.harness.send(key: nil, value: nil, to: "nervous.ingress")
        #expect(scene.harness.deadLetters.map(\.code) == [.malformed, .malformed])
    }

    @Test func `a message of two megabytes is refused as too large`() throws {
        let scene = try Scene()
        let text = command("a1", ["reason": .string(String(repeating: "x", count: 2_000_000))])
        try scene.harness.send(text: text, to: .ingress, key: "k")
        #expect(scene.harness.deadLetters.map(\.code) == [.tooLarge])
    }

    @Test(arguments: ["", "Checkout", "../x", "*", "a b", String(repeating: "a", count: 64)])
    func `a name that is none of a service is refused`(service: String) throws {
        let scene = try Scene()
        let text = command("a1", ["service": .string(service)])
        try scene.harness.send(text: text, to: .ingress, key: "k")
        #expect(scene.harness.deadLetters.map(\.code) == [.schema])
    }

    @Test(arguments: ["runbook", "step", "undo", "evidenceTs", "replyKey"])
    func `nobody outside speaks as a runbook, past the brake`(field: String) throws {
        let scene = try Scene()
        try scene.harness.send(text: command("a1", [field: true]), to: .ingress, key: "k")
        #expect(scene.harness.deadLetters.map(\.code) == [.schema])
        #expect(scene.harness.deadLetters.first?.message.contains(field) == true)
    }

    @Test func `payloads are held against compiled JSON Schemas, and the field is named`() throws {
        let schema = try JSONSchema([
            "type": "object", "required": ["author", "enabled"],
            "properties": ["enabled": ["type": "boolean"], "author": ["type": "string"]],
        ])
        let catalog = SchemaCatalog(schemas: ["command": ["set_safe_mode": schema]])
        let scene = try Scene(schemas: catalog)
        #expect(try scene.harness.send(text: command(), to: .ingress, key: "k").count == 1)
        try scene.harness.send(
            text: command("a2", ["enabled": "yes"]), to: .ingress, key: "k")
        let letter = try #require(scene.harness.deadLetters.first)
        #expect(letter.code == .schema)
        #expect(letter.message.contains("payload.enabled"))
    }
}
