import AuditKit
import Contracts
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `Orders that have to be signed` {
        @Test(.timeLimit(.minutes(5)))
        func `Are obeyed with the right key, and refused without, by the real programs`()
            async throws
        {
            let stack = try Stack(try await TestBroker.shared())
            let dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
            func makeKey(_ name: String) async throws -> String {
                let file = stack.home.path + "/" + name
                let made = try await dreamnet.run(["keys", "new", file, "--as", name])
                #expect(made.code == 0, "\(made.text)")
                return try #require(
                    made.text.split(separator: "\n").first { $0.contains("publicKeys") }
                        .map(String.init))
            }
            let alice = try await makeKey("alice")
            _ = try await makeKey("mallory")
            let again = try await dreamnet.run(
                ["keys", "new", stack.home.path + "/alice", "--as", "alice"])
            #expect(again.code == 2, "a key is never written over")
            try stack.home.write(
                "requireSignatures: true\nprincipals:\n\(alice)\n", to: "config/access.yaml")
            try await stack.run { stack in
                func order(_ key: String?) async throws -> OperatorProgram.Run {
                    try await dreamnet.run(
                        [
                            "write-drain", "on", "--service", "checkout", "--as", "alice",
                            "--wait", "--timeout", "3s",
                        ] + (key.map { ["--key", stack.home.path + "/" + $0] } ?? []))
                }
                let unsigned = try await order(nil)
                #expect(unsigned.code == 3 && unsigned.text.contains("signature: missing"))
                let forged = try await order("mallory")
                #expect(forged.code == 3 && forged.text.contains("signature: not one of alice"))
                let signed = try await order("alice")
                // Nobody obeys flags here: it is recorded, and waits for a subscriber.
                #expect(signed.code == 5 && !signed.text.contains("refused"), "\(signed.text)")
                let flags = try await dreamnet.run(["flags", "--service", "checkout"])
                #expect(flags.text.contains("write_drain"), "\(flags.text)")
                let history = try await dreamnet.run(["flags", "history", "write_drain"])
                #expect(history.text.contains("write_drain_enabled"), "\(history.text)")
                let events = try await BusReader.messages(
                    stack.kafka, of: .alert, as: ControlEventPayload.self)
                #expect(
                    events.map(\.payload).count {
                        $0.type == "signature_refused" && $0.copy != true
                    } == 2)
            }
        }
    }
}
