import Contracts
import ControlCoreDomain
import Signing
import Streams
import Testing

@Suite struct `Who may give an order` {
    private let alice = Ed25519.makeKeyPair()
    private let bob = Ed25519.makeKeyPair()

    private func control(requires: Bool) throws -> ControlCoreFixture {
        try ControlCoreFixture(
            actions: ActionFixture.catalog(),
            access: AccessPolicy(
                principals: [
                    "alice": .init(role: .commander, publicKeys: [alice.publicKey]),
                    "bob": .init(role: .responder, publicKeys: [bob.publicKey]),
                    "carol": .init(role: .viewer),
                ], requiresSignatures: requires))
    }

    /// Sends a command as it is, with a signature over what `signed` gives.
    private func send(
        _ control: ControlCoreFixture, _ payload: CommandPayload, id: String = "c1",
        ageMs: Int64 = 0, by key: [UInt8]?, topic: BusTopic = .command,
        signedKey: String? = nil, change: (inout [UInt8]) -> Void = { _ in }
    ) throws -> [HarnessOutput] {
        let envelope = try Envelope(
            id: id, ts: control.harness.nowMs - ageMs, role: .operator, payload)
        var value = try envelope.serialized()
        let header = key.flatMap {
            CommandSignature.make(
                topic: topic, key: Array((signedKey ?? "checkout").utf8), value: value,
                privateKey: $0)
        }
        change(&value)
        return try control.harness.send(
            key: Array("checkout".utf8), value: value, to: BusTopic.command.rawValue,
            headers: header.map { [RecordHeader(CommandSignature.headerName, text: $0)] } ?? [])
    }

    private static func drain(by author: String) -> CommandPayload {
        var payload = CommandPayload(
            type: "set_write_drain", author: author, service: "checkout")
        payload.enabled = true
        return payload
    }

    @Test func `A signed order is obeyed, and said again it is done once`() throws {
        let control = try control(requires: true)
        let said = try send(control, Self.drain(by: "alice"), by: alice.privateKey)
        #expect(try said.outcome().status == .succeeded)
        let replayed = try send(control, Self.drain(by: "alice"), by: alice.privateKey)
        #expect(replayed.events == ["order_replayed"] && replayed.outcomes.isEmpty)
    }

    @Test func `Unsigned, by another's key, changed, moved or stale it is refused and told`()
        throws
    {
        func refused(_ send: (ControlCoreFixture) throws -> [HarnessOutput]) throws {
            let control = try control(requires: true)
            let said = try send(control)
            let outcome = try #require(said.outcomes.last)
            #expect(outcome.status == .rejected && outcome.reason?.hasPrefix("signature:") == true)
            #expect(said.events == ["signature_refused"])
            #expect(control.flag("write_drain") == nil)
        }
        let order = Self.drain(by: "alice")
        try refused { try send($0, order, by: nil) }
        try refused { try send($0, order, by: bob.privateKey) }
        try refused { try send($0, Self.drain(by: "mallory"), by: alice.privateKey) }
        try refused { try send($0, order, by: alice.privateKey, topic: .request) }
        try refused { try send($0, order, by: alice.privateKey, signedKey: "billing") }
        try refused { try send($0, order, ageMs: 301_000, by: alice.privateKey) }
        try refused { control in
            // The same order with a space more: the exact bytes are signed.
            try send(control, order, by: alice.privateKey) { $0.append(0x20) }
        }
    }

    @Test func `Where none is required, one that is there has to be right`() throws {
        let control = try control(requires: false)
        #expect(
            try send(control, Self.drain(by: "alice"), by: nil).outcome().status == .succeeded)
        let wrong = try send(control, Self.drain(by: "alice"), id: "c2", by: bob.privateKey)
        #expect(try wrong.outcome().code == .notAllowed)
    }

    @Test func `By the ingress no person's order can be verified`() throws {
        let control = try control(requires: true)
        var request = RequestPayload(type: "set_write_drain", author: "alice", service: "checkout")
        request.enabled = true
        let said = try control.harness.send(request, key: "checkout", role: .operator)
        #expect(try said.outcome().code == .notAllowed)
    }

    @Test(arguments: [
        ("alice", "whole", true), ("bob", "whole", true), ("carol", "whole", false),
        ("dave", "whole", false), ("alice", "command", true), ("bob", "command", false),
    ])
    func `A role runs the actions that name it`(
        person: String, action: String, isTaken: Bool
    ) throws {
        var catalog = try ActionFixture.catalog()
        var forCommanders = try #require(catalog.actions["once"])
        forCommanders.roles = [.commander]
        catalog.actions["command"] = forCommanders
        let control = try ControlCoreFixture(
            actions: catalog,
            access: AccessPolicy(principals: [
                "alice": .init(role: .commander), "bob": .init(role: .responder),
                "carol": .init(role: .viewer),
            ]))
        let said = try control.order(.runAction, as: person) { $0.action = action }
        let outcome = try #require(said.outcomes.first)
        #expect(outcome.status == (isTaken ? .planned : .rejected))
        if !isTaken { #expect(outcome.code == .notAllowed) }
        let flag = try control.order(.setWriteDrain, as: person) { $0.enabled = true }
        #expect(
            try flag.outcome().status
                == (["carol", "dave"].contains(person) ? .rejected : .succeeded))
    }

    @Test func `Only a commander approves alone, and no viewer approves`() throws {
        let control = try control(requires: false)
        try control.order(.runAction, as: "bob", id: "a1") { $0.action = "two" }
        try control.harness.advance(to: control.harness.nowMs + 120_000)
        func approve(_ person: String, solo: Bool) throws -> OutcomePayload {
            var payload = CommandPayload(type: "approve_action", author: person, reason: "why")
            payload.actionId = "a1"
            payload.solo = solo ? true : nil
            return try #require(
                try control.harness.send(payload, key: "*", role: .operator).outcomes.first)
        }
        #expect(try approve("bob", solo: true).code == .notAllowed)
        #expect(try approve("carol", solo: false).code == .notAllowed)
        #expect(try approve("alice", solo: false).status == .succeeded)
    }
}
