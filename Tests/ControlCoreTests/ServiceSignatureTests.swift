import Contracts
import ControlCoreDomain
import Signing
import Streams
import Testing

/// Requests that services sign, orders that are sent again, and approvals of one alone.
@Suite struct `What services sign` {
    private let router = Ed25519.makeKeyPair()
    private let shop = Ed25519.makeKeyPair()
    private let alice = Ed25519.makeKeyPair()

    private func control(requires: Bool = true) throws -> ControlCoreFixture {
        try ControlCoreFixture(
            actions: ActionFixture.catalog(),
            access: AccessPolicy(
                principals: ["alice": .init(role: .commander, publicKeys: [alice.publicKey])],
                services: ["nervous-system": [router.publicKey], "shop": [shop.publicKey]],
                requiresSignatures: requires))
    }

    private func send(
        _ control: ControlCoreFixture, by key: [UInt8]?,
        author: String = "service/nervous-system", id: String = "r1", role: Role = .service,
        ageMs: Int64 = 0, topic: BusTopic = .request,
        change: (inout [UInt8]) -> Void = { _ in }
    ) throws -> [HarnessOutput] {
        var payload = RequestPayload(type: "set_write_drain", author: author, service: "checkout")
        payload.enabled = true
        payload.evidenceTs = control.harness.nowMs
        let envelope = try Envelope(
            id: id, ts: control.harness.nowMs - ageMs, role: role, payload)
        var value = try envelope.serialized()
        let header = key.flatMap {
            CommandSignature.make(
                topic: topic, key: Array("checkout".utf8), value: value, privateKey: $0)
        }
        change(&value)
        return try control.harness.send(
            key: Array("checkout".utf8), value: value, to: BusTopic.request.rawValue,
            headers: header.map { [RecordHeader(CommandSignature.headerName, text: $0)] } ?? [])
    }

    @Test func `A request with the service's own key is obeyed`() throws {
        let control = try control()
        #expect(try send(control, by: router.privateKey).outcome().status == .succeeded)
        let other = try send(
            control, by: shop.privateKey, author: "shop", id: "r2", role: .agent)
        #expect(try other.outcome().status == .succeeded)
    }

    @Test func `Unsigned, by another service's key, changed, moved or old it is refused and told`()
        throws
    {
        func refused(
            _ reason: String, _ send: (ControlCoreFixture) throws -> [HarnessOutput]
        ) throws {
            let control = try control()
            let said = try send(control)
            let outcome = try #require(said.outcomes.last)
            #expect(outcome.status == .rejected && outcome.final)
            #expect(outcome.reason?.contains(reason) == true, "\(outcome.reason ?? "")")
            #expect(said.events == ["signature_refused"])
            #expect(control.flag("write_drain") == nil)
        }
        try refused("signature: missing") { try send($0, by: nil) }
        try refused("not one of service/nervous-system") { try send($0, by: shop.privateKey) }
        try refused("not one of service/os-core") {
            try send($0, by: router.privateKey, author: "service/os-core")
        }
        try refused("not one of") { try send($0, by: router.privateKey, topic: .command) }
        try refused("not one of") { control in
            try send(control, by: router.privateKey) { $0.append(0x20) }
        }
        try refused("above 300 s") { try send($0, by: router.privateKey, ageMs: 301_000) }
        // A person's name with a service's key, and the other way round.
        try refused("not one of alice") {
            try send($0, by: router.privateKey, author: "alice", role: .operator)
        }
        try refused("not one of alice") {
            try send($0, by: alice.privateKey, author: "alice", role: .service)
        }
    }

    @Test func `A person's order that was signed for the ingress is obeyed`() throws {
        let said = try send(
            try control(), by: alice.privateKey, author: "alice", role: .operator)
        #expect(try said.outcome().status == .succeeded)
    }

    @Test func `Where none is required, one that is there has to be right`() throws {
        let control = try control(requires: false)
        #expect(try send(control, by: nil).outcome().status == .succeeded)
        let wrong = try send(control, by: shop.privateKey, id: "r2")
        #expect(try wrong.outcome().code == .notAllowed && wrong.events == ["signature_refused"])
    }

    @Test func `One that is sent again changes nothing, and everybody is told`() throws {
        let control = try control()
        #expect(try send(control, by: router.privateKey).outcome().status == .succeeded)
        let again = try send(control, by: router.privateKey)
        #expect(again.events == ["order_replayed"])
        #expect(again.outcomes.isEmpty, "its outcome stands")
        let told = try #require(
            again.compactMap { $0.payload(as: ControlEventPayload.self) }.first)
        #expect(told.commandId == "r1" && told.author == "service/nervous-system")
        let lax = try self.control(requires: false)
        _ = try send(lax, by: nil)
        #expect(try send(lax, by: nil).isEmpty)
    }

    @Test func `Everybody is told of who approves alone, and of nobody else`() throws {
        let desk = try ActionFixture()
        try desk.ready("e1")
        try desk.run("two", id: "a1")
        try desk.harness.advance(to: desk.harness.nowMs + 120_000)
        let said = try desk.order(.approveAction, on: "a1") {
            $0.solo = true
            $0.reason = "nobody answers"
        }
        #expect(said.events == ["approved_alone"])
        let approved = try #require(said.outcomes.first { $0.status == .approved })
        #expect(approved.tell == "everyone" && approved.reason == "alone: nobody answers")
        #expect(said.outcomes.filter { $0.tell != nil }.count == 1)
        try desk.run("two", id: "a2", name: "other")
        let both = try desk.order(.approveAction, on: "a2", as: "bob")
        #expect(both.events.isEmpty && both.outcomes.allSatisfy { $0.tell == nil })
    }

    @Test(arguments: [nil, "effect_failed"])
    func `An action's end tells the contact that it names, however it ended`(code: String?) throws {
        var catalog = try ActionFixture.catalog()
        catalog.actions["once"]?.tell = "security"
        let desk = try ActionFixture(catalog: catalog)
        try desk.ready("e1")
        let said = try desk.run("once", id: "a1")
        #expect(said.outcomes.allSatisfy { $0.tell == nil })
        let ended = try desk.end(try said.intent(), code: code)
        #expect(ended.outcomes.filter(\.final).map(\.tell) == ["security"])
    }
}
