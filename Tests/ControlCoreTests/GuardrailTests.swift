import Contracts
import ControlCoreDomain
import Streams
import Testing

@Suite struct `What the automation may do` {
    @Test func `Evidence older than a minute commands nothing`() throws {
        let control = try ControlCoreFixture()
        let outcome = try control.step(.setSafeMode, evidenceAgeMs: 61_000).outcome()
        #expect(outcome.status == .rejected && outcome.code == .stale)
        #expect(control.flag("safe_mode") == nil)
    }

    @Test(arguments: [Int64.min, -1, .max])
    func `Evidence of no time that can be is refused`(evidenceTs: Int64) throws {
        let control = try ControlCoreFixture()
        let outcome = try control.step(.setSafeMode) { $0.evidenceTs = evidenceTs }.outcome()
        #expect(outcome.status == .rejected && outcome.code == .invalid)
        #expect(control.flag("safe_mode") == nil)
    }

    @Test func `An undo that sets something is bound like any step`() throws {
        let control = try ControlCoreFixture()
        let outcome = try control.step(.setSafeMode, service: "stranger", undo: true) {
            $0.enabled = true
        }
        .outcome()
        #expect(outcome.status == .rejected && outcome.code == .observed)
    }

    @Test func `A setting of a person is left alone, in either order`() throws {
        let control = try ControlCoreFixture()
        try control.step(.setMonitor) { $0.level = "increase" }
        try control.order(.setMonitor) { $0.level = "increase" }
        let undo = try control.step(.setMonitor, undo: true) { $0.level = "normal" }.outcome()
        #expect(undo.status == .rejected && undo.code == .held)
        #expect(undo.heldBy == ["person/alice"])
        try control.harness.restart()
        try control.order(.setMonitor) { $0.level = "normal" }
        let again = try control.step(.setMonitor) { $0.level = "increase" }.outcome()
        #expect(again.status == .succeeded && again.code == nil)
    }

    @Test func `A service that is asked or observed is not touched`() throws {
        let control = try ControlCoreFixture()
        #expect(try control.step(.setSafeMode, service: "cart").outcome().code == .observed)
        #expect(try control.step(.setSafeMode, service: "stranger").outcome().code == .observed)
    }

    @Test func `The fourth service within the hour meets the brake, an undo does not`() throws {
        let control = try ControlCoreFixture()
        for service in ["checkout", "billing", "search"] {
            #expect(try control.step(.setSafeMode, service: service).outcome().status == .succeeded)
        }
        let braked = try control.step(.setSafeMode, service: "mail").outcome()
        #expect(braked.status == .rejected && braked.code == .brake)
        #expect(try control.step(.setWriteDrain, service: "billing").outcome().status == .succeeded)
        #expect(
            try control.step(.setSafeMode, service: "search", undo: true).outcome().status
                == .succeeded)
        try control.harness.restart()
        try control.harness.advance(to: ControlCoreFixture.startMs + 3_600_001)
        #expect(try control.step(.setSafeMode, service: "mail").outcome().status == .succeeded)
    }

    @Test func `People are bound by no brake`() throws {
        let control = try ControlCoreFixture()
        for service in ["a", "b", "c", "d", "e"] {
            let outcome = try control.order(.setSafeMode, service: service) { $0.enabled = true }
                .outcome()
            #expect(outcome.status == .succeeded)
        }
    }

    @Test func `A flag that a person holds is left alone`() throws {
        let control = try ControlCoreFixture()
        try control.order(.setWriteDrain) { $0.enabled = true }
        let outcome = try control.step(.setWriteDrain).outcome()
        #expect(outcome.status == .rejected && outcome.code == .held)
        #expect(outcome.reason == "skipped: held by alice")
        #expect(outcome.heldBy == ["person/alice"])
    }

    @Test func `A person's flag for all holds against the automation of one service`() throws {
        let control = try ControlCoreFixture()
        try control.order(.setWriteDrain, service: nil) {
            $0.enabled = true
            $0.except = ["billing"]
        }
        #expect(try control.step(.setWriteDrain).outcome().code == .held)
        #expect(try control.step(.setWriteDrain, service: "billing").outcome().status == .succeeded)
    }

    @Test func `An undo beside a person's hold ends its own hold and changes nothing`() throws {
        let control = try ControlCoreFixture()
        try control.step(.setWriteDrain)
        try control.order(.setWriteDrain) { $0.enabled = true }
        let undo = try control.step(.setWriteDrain, undo: true).outcome()
        #expect(undo.status == .succeeded && undo.heldBy == ["person/alice"])
        #expect(control.flag("write_drain") == .bool(true))
        try control.order(.setWriteDrain) { $0.enabled = false }
        #expect(control.flag("write_drain") == .bool(false))
    }

    @Test func `A paused automation takes no step but may undo`() throws {
        let control = try ControlCoreFixture()
        try control.step(.setSafeMode)
        try control.order(.pauseAutomation) { $0.expiresAt = ControlCoreFixture.startMs + 60_000 }
        #expect(try control.step(.setWriteDrain).outcome().code == .paused)
        #expect(try control.step(.setSafeMode, undo: true).outcome().status == .succeeded)
        try control.harness.advance(to: ControlCoreFixture.startMs + 61_000)
        #expect(try control.step(.setWriteDrain).outcome().status == .succeeded)
    }

    @Test func `A runbook acts on the service of its incident, never on all`() throws {
        let control = try ControlCoreFixture()
        let other = try control.step(.setSafeMode) { $0.service = "billing" }
        #expect(try other.outcome().code == .notAllowed)
        let all = try control.step(.setSafeMode) {
            $0.service = nil
            $0.all = true
        }
        #expect(try all.outcome().code == .notAllowed)
        #expect(try control.step(.setKillSwitch).outcome().code == .notAllowed)
    }
}
