import Contracts
import ControlCoreDomain
import Streams
import Testing

@Suite struct `Orders about flags` {
    @Test func `SAFE_MODE sets the seed's three flags, and off sets them back`() throws {
        let control = try ControlCoreFixture()
        let on = try control.order(.setSafeMode) { $0.enabled = true }
        #expect(control.flag("safe_mode") == .bool(true))
        #expect(control.flag("tool_use") == .bool(false))
        #expect(control.flag("external_calls") == .bool(false))
        #expect(on.events == ["safe_mode_enabled"])
        let outcome = try on.outcome()
        #expect(outcome.status == .succeeded && outcome.final && outcome.flagsVersion == 3)
        let off = try control.order(.setSafeMode) { $0.enabled = false }
        #expect(control.flag("safe_mode") == .bool(false))
        #expect(control.flag("tool_use") == .bool(true))
        #expect(control.flag("external_calls") == .bool(true))
        #expect(off.events == ["safe_mode_disabled"])
    }

    @Test(arguments: [
        ("SAFE_MODE=on", "safe_mode", FlagValue.bool(true), "safe_mode_enabled"),
        ("write_drain=ON", "write_drain", .bool(true), "write_drain_enabled"),
        ("FEATURE_FLAG=disable:citadel", "module:citadel", .bool(false), "module_disabled"),
        ("RATE_LIMIT=reduce", "rate_limit", .number(50), "rate_limit_reduced"),
        ("AUTOSCALE=on", "autoscale", .number(2), "autoscale_enabled"),
    ])
    func `A hotkey in the seeds' notation is the order that it names`(
        hotkey: String, flag: String, value: FlagValue, event: String
    ) throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.hotkey) { $0.hotkey = hotkey }
        #expect(control.flag(flag) == value)
        #expect(said.events == [event])
    }

    @Test(arguments: [
        "", "SAFE_MODE", "SAFE_MODE=maybe", "FEATURE_FLAG=disable:", "ROLLBACK=1", "X=on",
    ])
    func `A hotkey that names nothing is refused with a reason`(hotkey: String) throws {
        let control = try ControlCoreFixture()
        let outcome = try control.order(.hotkey) { $0.hotkey = hotkey }.outcome()
        #expect(outcome.status == .rejected && outcome.code == .invalid)
        #expect(control.harness.deadLetters.map(\.code) == [.schema])
    }

    @Test func `Off ends one's own hold only, and names who still holds the flag`() throws {
        let control = try ControlCoreFixture()
        try control.order(.setWriteDrain, as: "alice") { $0.enabled = true }
        try control.order(.setWriteDrain, as: "bob") { $0.enabled = true }
        let off = try control.order(.setWriteDrain, as: "bob") { $0.enabled = false }
        #expect(control.flag("write_drain") == .bool(true))
        let outcome = try off.outcome()
        #expect(outcome.code == .heldByOthers && outcome.heldBy == ["person/alice"])
        #expect(outcome.reason?.contains("nothing changed") == true)
        #expect(off.events.isEmpty)
    }

    @Test func `A person's override ends every hold and keeps the automation away`() throws {
        let control = try ControlCoreFixture()
        try control.step(.setSafeMode)
        #expect(control.flag("safe_mode") == .bool(true))
        try control.order(.setSafeMode) {
            $0.enabled = false
            $0.override = true
        }
        #expect(control.flag("safe_mode") == .bool(false))
        let again = try control.step(.setSafeMode).outcome()
        #expect(again.status == .rejected && again.code == .held)
        try control.order(.releaseFlag) { $0.flag = "safe_mode" }
        try control.order(.releaseFlag) { $0.flag = "tool_use" }
        try control.order(.releaseFlag) { $0.flag = "external_calls" }
        #expect(try control.step(.setSafeMode).outcome().status == .succeeded)
    }

    @Test func `Of several rate limits the lowest holds, of several scales the highest`() throws {
        let control = try ControlCoreFixture()
        for (author, percent) in [("alice", 80.0), ("bob", 40), ("carol", 60)] {
            try control.order(.setRateLimit, as: author) {
                $0.enabled = true
                $0.percent = percent
            }
        }
        #expect(control.flag("rate_limit") == .number(40))
        try control.order(.setRateLimit, as: "bob") { $0.enabled = false }
        #expect(control.flag("rate_limit") == .number(60))
        for (author, factor) in [("alice", 2.0), ("bob", 4)] {
            try control.order(.setAutoscale, as: author) {
                $0.enabled = true
                $0.factor = factor
            }
        }
        #expect(control.flag("autoscale") == .number(4))
    }

    @Test func `A hold ends by itself when its time is up, and others stay`() throws {
        let control = try ControlCoreFixture()
        try control.order(.setWriteDrain, as: "alice") {
            $0.enabled = true
            $0.expiresAt = ControlCoreFixture.startMs + 60_000
        }
        try control.order(.setWriteDrain, as: "bob") {
            $0.enabled = true
            $0.expiresAt = ControlCoreFixture.startMs + 90_000
        }
        try control.harness.restart()
        try control.harness.advance(to: ControlCoreFixture.startMs + 70_000)
        #expect(control.flag("write_drain") == .bool(true))
        let said = try control.harness.advance(to: ControlCoreFixture.startMs + 100_000)
        #expect(control.flag("write_drain") == .bool(false))
        #expect(said.events == ["write_drain_disabled"])
    }

    @Test func `What is done to all services is said in every partition once`() throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.setSafeMode, service: nil) {
            $0.enabled = true
            $0.except = ["billing"]
        }
        let own = Murmur2.partition(key: "*", count: 3)
        let outcomes = said.filter { $0.payload(as: OutcomePayload.self) != nil }
        #expect(outcomes.allSatisfy { $0.key == "*" })
        let copies = outcomes.filter { $0.payload(as: OutcomePayload.self)?.copy == true }
        #expect(copies.compactMap(\.partition).sorted() == [0, 1, 2].filter { $0 != own })
        #expect(outcomes.count == 3 && said.outcomes.count == 1)
        let events = said.filter { $0.payload(as: ControlEventPayload.self) != nil }
        #expect(events.count == 3 && said.events == ["safe_mode_enabled"])
        #expect(Set(events.map { $0.partition ?? own }) == [0, 1, 2])
        #expect(
            events.allSatisfy {
                $0.payload(as: ControlEventPayload.self)?.except == ["billing"]
            })
        // What a service alone is told, it is told once.
        let one = try control.order(.setWriteDrain) { $0.enabled = true }
        #expect(one.count { $0.payload(as: OutcomePayload.self) != nil } == 1)
        // Nothing was done: nobody's timeline needs it.
        let refused = try control.order(.setRateLimit, service: nil) {
            $0.enabled = true
            $0.percent = 900
        }
        #expect(refused.count { $0.payload(as: OutcomePayload.self) != nil } == 1)
    }

    @Test func `An order to all leaves out who is excepted`() throws {
        let control = try ControlCoreFixture()
        let said = try control.order(.setSafeMode, service: nil) {
            $0.enabled = true
            $0.except = ["billing"]
        }
        let flag = said.compactMap { $0.payload(as: FlagPayload.self) }.first
        #expect(flag?.service == "*" && flag?.except == ["billing"])
        #expect(try said.outcome().service == "*")
    }

    @Test func `An order for what is so already says that nothing changed`() throws {
        let control = try ControlCoreFixture()
        try control.order(.setModule) {
            $0.module = "citadel"
            $0.enabled = true
        }
        let outcome = try #require(control.harness.outputs.outcomes.last)
        #expect(outcome.status == .succeeded && outcome.code == .unchanged)
    }
}
