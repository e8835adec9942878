import Contracts
import Signing
import Streams
import Testing

@testable import NervousSystemDomain

/// Requests that are signed, signatures that pass by, and outcomes that people are told of.
@Suite struct SignedRequestTests {
    private let pair = Ed25519.makeKeyPair()

    private func verifies(_ output: HarnessOutput, _ publicKey: [UInt8]) -> Bool {
        guard let header = output.headers.first(where: { $0.name == CommandSignature.headerName }),
            let signature = header.value
        else { return false }
        return CommandSignature.verify(
            signature, topic: .request, key: Array((output.key ?? "").utf8),
            value: output.value ?? [], publicKeys: [publicKey])
    }

    @Test func `a step of a runbook is signed with the service's key, and nothing else is`() throws
    {
        let scene = try Scene(signingKey: pair.privateKey)
        let said = try scene.open()
        let requests = said.filter { $0.topic == BusTopic.request.rawValue }
        #expect(!requests.isEmpty && requests.allSatisfy { verifies($0, pair.publicKey) })
        for other in said where other.topic != BusTopic.request.rawValue {
            #expect(!other.headers.contains { $0.name == CommandSignature.headerName })
        }
        let unsigned = try Scene().open()
        #expect(
            unsigned.allSatisfy { output in
                !output.headers.contains { $0.name == CommandSignature.headerName }
            })
    }

    @Test func `a signature for the ingress is kept, with the very bytes`() throws {
        let scene = try Scene()
        // With a space that canonical text would not have.
        let value = Array(
            """
            {"id":"a1", "ts":\(Scene.startMs),"role":"agent","topic":"command","payload":\
            {"type":"set_safe_mode","author":"shop","service":"checkout","enabled":true}}
            """.utf8)
        let header = try #require(
            CommandSignature.make(
                topic: .request, key: Array("checkout".utf8), value: value,
                privateKey: pair.privateKey))
        let said = try scene.harness.send(
            key: Array("x".utf8), value: value, to: BusTopic.ingress.rawValue,
            headers: [RecordHeader(CommandSignature.headerName, text: header)])
        let routed = try #require(said.first)
        #expect(routed.value == value && verifies(routed, pair.publicKey))
        #expect(routed.header("ce_id") == "a1")
    }

    @Test func `what is far too long for a signature is not kept`() throws {
        let scene = try Scene()
        let value = Array(
            """
            {"id":"a1","ts":\(Scene.startMs),"role":"agent","topic":"command","payload":\
            {"type":"set_safe_mode","author":"shop","service":"checkout","enabled":true}}
            """.utf8)
        let said = try scene.harness.send(
            key: nil, value: value, to: BusTopic.ingress.rawValue,
            headers: [
                RecordHeader(
                    CommandSignature.headerName, [UInt8](repeating: 0x41, count: 100_000))
            ])
        #expect(said.count == 1)
        #expect(said[0].headers.contains { $0.name == CommandSignature.headerName } == false)
    }

    @Test(arguments: [
        ("everyone", NotificationUrgency.tell, nil), ("security", .page, "security"),
    ])
    func `an outcome that asks for it is told to people, its copies are not`(
        tell: String, urgency: NotificationUrgency, contact: String?
    ) throws {
        let scene = try Scene()
        var outcome = OutcomePayload(
            commandId: "a1", status: .approved, final: false, action: "run_action",
            author: "alice", service: "checkout", reason: "alone: nobody answers",
            correlationId: "a1", target: "kubernetes/shop/web", tell: tell)
        try scene.harness.send(outcome, key: "checkout")
        let told = try #require(scene.notifications.first)
        #expect(told.urgency == urgency && told.contact == contact)
        #expect(told.title == "approved: kubernetes/shop/web by alice")
        #expect(told.text == "alone: nobody answers")
        #expect(told.commands == ["dreamnet actions show a1"])
        outcome.copy = true
        try scene.harness.send(outcome, key: "checkout")
        outcome.copy = nil
        outcome.tell = nil
        try scene.harness.send(outcome, key: "checkout")
        #expect(scene.notifications.count == 1)
    }

    @Test func `what is told of an outcome has a title of one line, however long its target`()
        throws
    {
        let scene = try Scene()
        try scene.harness.send(
            OutcomePayload(
                commandId: "a1", status: .approved, final: false, action: "run_action",
                author: "alice", service: "checkout",
                target: String(repeating: "t", count: 900), tell: OutcomePayload.everyone),
            key: "checkout")
        #expect(scene.notifications.first?.title.utf8.count == 200)
    }
}
