import Contracts
import ControlCoreDomain
import Streams
import Testing

@Suite struct `Every order` {
    @Test func `Said twice under one id is done once`() throws {
        let control = try ControlCoreFixture()
        try control.order(.setWriteDrain, id: "c1") { $0.enabled = true }
        try control.harness.restart()
        let again = try control.order(.setWriteDrain, id: "c1") { $0.enabled = true }
        #expect(again.isEmpty)
        #expect(control.harness.outputs.outcomes.filter { $0.commandId == "c1" }.count == 1)
    }

    @Test func `With a used id and other content is a dead letter without an outcome`() throws {
        let control = try ControlCoreFixture()
        try control.order(.setWriteDrain, id: "c1") { $0.enabled = true }
        let said = try control.order(.setWriteDrain, id: "c1") { $0.enabled = false }
        #expect(said.outcomes.isEmpty)
        #expect(control.harness.deadLetters.map(\.code) == [.idConflict])
        #expect(control.flag("write_drain") == .bool(true))
    }

    @Test func `Ids beyond the bound are forgotten oldest first`() throws {
        let control = try ControlCoreFixture(idsMax: 2)
        for id in ["a", "b", "c"] {
            try control.order(.setWriteDrain, id: id) { $0.enabled = true }
            try control.harness.advance(to: control.harness.nowMs + 1)
        }
        #expect(try control.order(.setWriteDrain, id: "c") { $0.enabled = true }.isEmpty)
        let forgotten = try control.order(.setWriteDrain, id: "a") { $0.enabled = true }
        #expect(forgotten.outcomes.count == 1)
    }

    @Test(arguments: [
        (CommandType.setSafeMode, OutcomeCode.invalid), (.setModule, .invalid),
        (.setMonitor, .invalid), (.releaseFlag, .invalid), (.noteIncident, .invalid),
        (.declareIncident, .invalid), (.hotkey, .invalid),
    ])
    func `Without what it needs is refused and dead-lettered in one`(
        type: CommandType, code: OutcomeCode
    ) throws {
        let control = try ControlCoreFixture()
        let outcome = try control.order(type).outcome()
        #expect(outcome.status == .rejected && outcome.final && outcome.code == code)
        #expect(outcome.reason?.isEmpty == false)
        #expect(control.harness.deadLetters.count == 1)
    }

    @Test func `That is too long to be repeated has an outcome all the same`() throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.setWriteDrain, service: nil) {
            $0.enabled = true
            $0.author = String(repeating: "a", count: 100_000)
            $0.except = Array(repeating: "checkout", count: 20_000)
        }
        let outcome = try said.outcome()
        #expect(outcome.status == .rejected && outcome.author.utf8.count == 64)
    }

    @Test(arguments: ["a/b", "a|b", "", "a\u{7}"])
    func `Of a module whose name could be mistaken is refused`(module: String) throws {
        let control = try ControlCoreFixture()
        let outcome = try control.order(.setModule) {
            $0.module = module
            $0.enabled = false
        }
        .outcome()
        #expect(outcome.code == .invalid)
    }

    @Test func `Of an unknown type is refused and dead-lettered`() throws {
        let control = try ControlCoreFixture()
        let text = """
            {"id":"x1","ts":\(ControlCoreFixture.startMs),"role":"operator","topic":"command",
             "payload":{"type":"make_coffee","author":"alice"}}
            """
        let outcome = try control.harness.send(text: text, to: .command, key: "*").outcome()
        #expect(outcome.code == .unknownType && outcome.commandId == "x1")
        #expect(control.harness.deadLetters.map(\.code) == [.unknownType])
    }

    @Test func `Too old, or ahead of the broker's clock, is refused`() throws {
        let control = try ControlCoreFixture()
        let old = try control.order(.setWriteDrain, at: ControlCoreFixture.startMs - 16 * 60_000) {
            $0.enabled = true
        }
        #expect(try old.outcome().code == .stale)
        let text = """
            {"id":"f1","ts":\(ControlCoreFixture.startMs + 31_000),"role":"operator",
             "topic":"command","payload":{"type":"set_write_drain","author":"alice",
             "service":"checkout","enabled":true}}
            """
        let future = try control.harness.send(
            text: text, to: .command, key: "checkout", at: ControlCoreFixture.startMs)
        #expect(try future.outcome().code == .fromTheFuture)
        #expect(control.harness.deadLetters.map(\.code) == [.stale, .fromTheFuture])
        #expect(control.flag("write_drain") == nil)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{\"id\":1}", "\u{0}\u{1}", "{\"id\":\"\"}",
        String(repeating: "[", count: 200),
    ])
    func `That is no message is a dead letter, and nothing else`(text: String) throws {
        let control = try ControlCoreFixture()
        let said = try control.harness.send(text: text, to: .command, key: "checkout")
        #expect(said.isEmpty)
        #expect(control.harness.deadLetters.map(\.code) == [.malformed])
    }

    @Test func `Without a role, but with an id, has an outcome too`() throws {
        let control = try ControlCoreFixture()
        let text = #"{"id":"r1","ts":1,"topic":"command","payload":{"type":"set_write_drain"}}"#
        let outcome = try control.harness.send(text: text, to: .command, key: "k").outcome()
        #expect(outcome.commandId == "r1" && outcome.status == .rejected)
        #expect(control.harness.deadLetters.map(\.code) == [.malformed])
    }

    @Test func `Of a service does not pass for a person's on the command topic`() throws {
        let control = try ControlCoreFixture()
        let said = try control.harness.send(
            CommandPayload(
                type: "set_write_drain", author: "mallory", service: "checkout", enabled: true),
            key: "checkout", role: .service)
        #expect(try said.outcome().code == .notAllowed)
    }

    @Test func `With a reply key is answered there as well, marked as a copy`() throws {
        let control = try ControlCoreFixture()
        let said = try control.step(.setSafeMode) { $0.replyKey = "elsewhere" }
        let copies = said.filter { $0.payload(as: OutcomePayload.self)?.copy == true }
        #expect(copies.map(\.key) == ["elsewhere"])
        #expect(said.outcomes.count == 1)
    }
}

@Suite struct `Orders that others carry out` {
    private static let incident = "checkout.0000abcd"

    @Test func `A directive's final outcome is its owner's answer, heard once`() throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.ackIncident, service: nil, id: "d1") {
            $0.all = nil
            $0.incidentId = Self.incident
        }
        #expect(said.outcomes.map(\.status) == [.accepted])
        #expect(said.outcomes.first?.final == false)
        let directive = said.compactMap { $0.payload(as: DirectivePayload.self) }.first
        #expect(directive?.commandId == "d1" && directive?.service == "checkout")
        try control.harness.restart()
        let effect = EffectPayload(
            type: "directive_refused", subjectId: "d1", service: "checkout",
            code: "unknown_incident", reason: "no such incident")
        let final = try control.harness.send(effect, key: "checkout").outcome()
        #expect(final.status == .failed && final.final && final.code == .unknownIncident)
        #expect(try control.harness.send(effect, key: "checkout").isEmpty)
        let late = try control.harness.advance(to: ControlCoreFixture.startMs + 120_000)
        #expect(late.outcomes.isEmpty)
    }

    @Test func `A directive that nobody answers fails after a minute`() throws {
        let control = try ControlCoreFixture()
        try control.order(.declareIncident, id: "d1") {
            $0.severity = .p1
            $0.title = "carts are empty"
        }
        let outcome = try control.harness.advance(to: ControlCoreFixture.startMs + 61_000).outcome()
        #expect(outcome.commandId == "d1" && outcome.status == .failed)
        #expect(outcome.code == .undelivered)
    }

    @Test func `A setting goes to every partition, and back when its time is up`() throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.setMonitor) {
            $0.level = "increase"
            $0.expiresAt = ControlCoreFixture.startMs + 60_000
        }
        let settings = said.filter { $0.topic == BusTopic.setting.rawValue }
        #expect(settings.map(\.partition) == [0, 1, 2])
        #expect(try said.outcome().settingVersion == 1)
        let back = try control.harness.advance(to: ControlCoreFixture.startMs + 61_000)
        #expect(back.events == ["monitor_restored"])
        let last = back.last { $0.topic == BusTopic.setting.rawValue }
        #expect(last?.payload(as: SettingPayload.self)?.value == "normal")
    }

    @Test func `Whether a notification reached anybody is said once`() throws {
        let control = try ControlCoreFixture()
        let effect = EffectPayload(
            type: "notification_failed", subjectId: "n1", service: "checkout",
            incidentId: Self.incident, reason: "no answer", attempts: 5,
            firstAt: ControlCoreFixture.startMs)
        var tried = effect
        tried.type = "notification_tried"
        tried.nextAt = ControlCoreFixture.startMs + 1_000
        #expect(try control.harness.send(tried, key: "checkout").isEmpty, "more follows")
        let said = try control.harness.send(effect, key: "checkout")
        let outcome = try said.outcome()
        #expect(outcome.action == "notify" && outcome.code == .undelivered)
        #expect(said.map { $0.header(AttemptHeaders.attemptName) } == ["5"])
        #expect(
            said.map { $0.header(AttemptHeaders.firstName) }
                == [String(ControlCoreFixture.startMs)])
        #expect(try control.harness.send(effect, key: "checkout").isEmpty)
    }

    @Test func `The heartbeat is renewed every five seconds, also after a restart`() throws {
        let control = try ControlCoreFixture()
        try control.harness.restart()
        let said = try control.harness.advance(to: ControlCoreFixture.startMs + 20_000)
        let beats = said.filter { $0.key == "!heartbeat" }
        #expect(beats.count >= 4)
    }
}
