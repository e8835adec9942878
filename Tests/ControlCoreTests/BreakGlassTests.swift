import Contracts
import ControlCoreDomain
import Signing
import Streams
import Testing

/// Orders that come late, from a machine that could not reach Kafka.
@Suite struct `An order by break-glass` {
    private let control: ControlCoreFixture
    private let key: [UInt8]

    init() throws {
        let (privateKey, publicKey) = Ed25519.makeKeyPair()
        key = privateKey
        var access = AccessPolicy()
        access.principals["alice"] = .init(role: .commander, publicKeys: [publicKey])
        access.principals["bob"] = .init(role: .commander)
        access.requiresSignatures = false
        control = try ControlCoreFixture(access: access)
    }

    /// Gives it, signed or not, as a machine publishes it.
    private func give(
        _ type: CommandType = .setSafeMode, id: String = "local", ageMs: Int64 = 3_600_000,
        base: Int64?, signed: Bool = true, to topic: BusTopic = .command,
        _ change: (inout CommandPayload) -> Void = { $0.enabled = true }
    ) throws -> [HarnessOutput] {
        var payload = CommandPayload(
            type: type.rawValue, author: "alice", service: "checkout", reason: "no broker",
            breakGlass: BreakGlassNote(host: "web-7", baseVersion: base))
        change(&payload)
        let envelope = try Envelope(
            id: id, ts: control.harness.nowMs - ageMs, role: .operator, payload)
        let value = try envelope.serialized()
        let signature = CommandSignature.make(
            topic: .command, key: Array("checkout".utf8), value: value, privateKey: key)
        return try control.harness.send(
            key: Array("checkout".utf8), value: value, to: topic.rawValue,
            headers: signed
                ? [RecordHeader(CommandSignature.headerName, text: signature ?? "")] : [])
    }

    /// The version of the flags that a machine knows which has read everything.
    private func version() -> Int64 {
        control.harness.outputs.compactMap { $0.payload(as: FlagPayload.self)?.version }.max() ?? 0
    }

    private func events(_ said: [HarnessOutput]) -> [ControlEventPayload] {
        said.compactMap { $0.payload(as: ControlEventPayload.self) }.filter { $0.copy != true }
    }

    @Test func `Is obeyed though it is old, and told with where and when it was given`() throws {
        let said = try give(base: 0)
        #expect(try said.outcome().status == .succeeded)
        #expect(control.flag("safe_mode") == .bool(true))
        let told = try #require(events(said).first { $0.type == "break_glass_applied" })
        #expect(told.host == "web-7" && told.author == "alice" && told.commandId == "local")
        #expect(told.givenMs == control.harness.nowMs - 3_600_000)
        #expect(told.flags == ["safe_mode", "tool_use", "external_calls"])
        #expect(said.events.contains("safe_mode_enabled"))
        #expect(try give(base: 0).isEmpty, "its id was seen")
    }

    @Test(arguments: [true, false])
    func `Loses to what was decided on the bus after what its author knew`(byVersion: Bool) throws {
        try control.order(.setSafeMode, as: "bob") { $0.enabled = true }
        let known = version()
        try control.order(.setSafeMode, as: "bob") { $0.enabled = false }
        let said = try give(ageMs: 60_000, base: byVersion ? known : nil)
        let outcome = try said.outcome()
        #expect(outcome.status == .rejected && outcome.code == .superseded)
        #expect(control.flag("safe_mode") == .bool(false))
        #expect(events(said).map(\.type) == ["break_glass_superseded"])
        // Known of: then the order is the later word.
        let later = try give(
            id: "later", ageMs: byVersion ? 60_000 : 0, base: byVersion ? version() : nil)
        #expect(try later.outcome().status == .succeeded)
        #expect(control.flag("safe_mode") == .bool(true))
    }

    @Test func `Is not outweighed by an order of the same outage before it`() throws {
        try control.order(.setSafeMode, as: "bob") { $0.enabled = true }
        let known = version()
        #expect(try give(id: "on", ageMs: 120_000, base: known).outcome().status == .succeeded)
        let off = try give(id: "off", ageMs: 60_000, base: known) {
            $0.enabled = false
            $0.override = true
        }
        #expect(try off.outcome().status == .succeeded)
        #expect(control.flag("safe_mode") == .bool(false))
        try control.order(.setSafeMode, as: "bob") { $0.enabled = true }
        let stale = try give(id: "again", ageMs: 30_000, base: known) { $0.enabled = false }
        #expect(try stale.outcome().code == .superseded)
        try control.harness.restart()
    }

    @Test func `Does not care for other flags and services`() throws {
        try control.order(.setWriteDrain, as: "bob") { $0.enabled = true }
        try control.order(.setSafeMode, as: "bob", service: "billing") { $0.enabled = true }
        #expect(try give(base: 0).outcome().status == .succeeded)
    }

    @Test func `Is refused unsigned, wrongly signed, by the ingress, too old, and of the future`()
        throws
    {
        func expectRefused(_ said: [HarnessOutput], _ code: OutcomeCode) throws {
            #expect(try said.outcome().code == code)
            #expect(said.events.contains("break_glass_refused"))
        }
        try expectRefused(try give(id: "a", base: 0, signed: false), .notAllowed)
        try expectRefused(
            try give(id: "b", base: 0) {
                $0.enabled = true
                $0.author = "bob"
            }, .notAllowed)
        try expectRefused(try give(id: "c", base: 0, to: .request), .notAllowed)
        try expectRefused(try give(id: "d", ageMs: 25 * 3_600_000, base: 0), .expired)
        try expectRefused(try give(id: "e", ageMs: -60_000, base: 0), .fromTheFuture)
        try expectRefused(
            try give(id: "f", base: 0) {
                $0.enabled = true
                $0.expiresAt = control.harness.nowMs - 1
            }, .expired)
        try expectRefused(
            try give(.setMonitor, id: "g", base: 0) { $0.level = "increase" }, .invalid)
        #expect(control.flag("safe_mode") == nil)
    }

    /// A machine without Kafka does to its flags what control-core would do.
    @Test(arguments: [
        (CommandType.setSafeMode, nil as String?), (.setWriteDrain, nil), (.setKillSwitch, nil),
        (.setModule, nil), (.setRateLimit, nil), (.setAutoscale, nil), (.setEmergency, nil),
        (.hotkey, "SAFE_MODE=on"), (.hotkey, "FEATURE_FLAG=disable:citadel"),
        (.hotkey, "RATE_LIMIT=reduce"), (.hotkey, "AUTOSCALE=on"),
    ])
    func `Means the same flags without control-core as with it`(
        type: CommandType, hotkey: String?
    ) throws {
        // What is ended must have been held.
        let turns = type == .setModule ? [false, true] : [true, false]
        for isOn in turns where hotkey == nil || isOn {
            var payload = CommandPayload(
                type: type.rawValue, author: "bob", service: "checkout", reason: "r",
                enabled: hotkey == nil ? isOn : nil, module: "citadel", hotkey: hotkey)
            if type != .setModule, hotkey == nil { payload.module = nil }
            let outcome = try control.harness.send(payload, key: "checkout", role: .operator)
                .outcome()
            #expect(outcome.status == .succeeded)
            let order = try #require(FlagOrder(payload))
            if case .hold(let targets) = order {
                #expect(
                    Set(outcome.flags ?? [])
                        == Set(
                            targets.map {
                                FlagChange(flag: $0.flag, service: "checkout", value: $0.value)
                            }))
            } else {
                #expect(Set((outcome.flags ?? []).map(\.flag)) == Set(order.flags))
            }
        }
    }
}
