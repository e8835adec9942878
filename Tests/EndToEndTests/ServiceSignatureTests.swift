import AuditKit
import Contracts
import HTTP
import JSON
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// The real programs, where everybody has to sign.
    @Suite struct `Where services sign as well` {
        private static func makeKey(
            _ stack: Stack, _ dreamnet: OperatorProgram, _ arguments: String...
        ) async throws -> String {
            let made = try await dreamnet.run(["keys", "new"] + arguments)
            #expect(made.code == 0, "\(made.text)")
            return try #require(
                made.text.split(separator: "\n").first { $0.contains("publicKeys") }
                    .map(String.init))
        }

        /// Puts these bytes on a topic, as whoever can write it could.
        private static func put(
            _ stack: Stack, _ topic: BusTopic, key: [UInt8], value: [UInt8],
            headers: [RecordHeader] = []
        ) async throws {
            let producer = try KafkaProducer(stack.kafka) { _ in }
            defer { producer.close() }
            _ = try await producer.send(
                topic: topic.rawValue, key: key, value: value, headers: headers)
        }

        private static func events(_ stack: Stack, _ type: String) async throws -> [String] {
            try await BusReader.messages(stack.kafka, of: .alert, as: ControlEventPayload.self)
                .map(\.payload).filter { $0.type == type && $0.copy != true }.map(\.commandId)
        }

        @Test(.timeLimit(.minutes(5)))
        func `A runbook's steps are obeyed, a forged one is not, and a replay is told`()
            async throws
        {
            let stack = try Stack(
                try await TestBroker.shared(), services: "services: {checkout: {automation: act}}\n"
            )
            let home = stack.home
            let dreamnet = OperatorProgram(kafka: stack.kafka, home: home.path)
            let alice = try await Self.makeKey(stack, dreamnet, home.path + "/a", "--as", "alice")
            let router = try await Self.makeKey(
                stack, dreamnet, home.path + "/r", "--of", "nervous-system")
            try home.write(
                "requireSignatures: true\nprincipals:\n\(alice)\nservices:\n\(router)\n",
                to: "config/access.yaml")
            stack.give(["--key", home.path + "/r"], to: .nervousSystem)
            try await stack.run { stack in
                try await eventually("a bad signal becomes a flag", within: .seconds(60)) {
                    let sent = try await dreamnet.run([
                        "signals", "send", "checkout", "--error-rate", "90", "--requests", "100",
                    ])
                    try #require(sent.code == 0, "\(sent.text)")
                    let flags = try await dreamnet.run(["flags", "--service", "checkout"])
                    return flags.text.contains("safe_mode")
                }
                #expect(try await Self.events(stack, "signature_refused") == [])
                // A request in nervous-system's name, of somebody who can write the topic.
                let forged = """
                    {"id":"forged","ts":\(SystemClock.nowMs()),"role":"service","topic":"request",\
                    "payload":{"type":"set_kill_switch","author":"service/nervous-system",\
                    "service":"search","enabled":true}}
                    """
                try await Self.put(
                    stack, .request, key: Array("search".utf8), value: Array(forged.utf8))
                let outcome = try await Orders.awaitOutcome(stack.kafka, of: "forged")
                #expect(outcome.status == .rejected && outcome.code == .notAllowed)
                #expect(outcome.reason == "signature: missing; orders have to be signed")
                #expect(try await Self.events(stack, "signature_refused") == ["forged"])
                // What alice ordered, seen on the way and sent again to the byte.
                let order = try await dreamnet.run([
                    "write-drain", "on", "--service", "search", "--as", "alice", "--key",
                    home.path + "/a", "--id", "drain-1", "--wait", "--timeout", "2s",
                ])
                #expect(order.code == 5, "\(order.text)")
                let seen = try #require(
                    try await BusReader.records(stack.kafka, of: ["nervous.command"]).last)
                try await Self.put(
                    stack, .command, key: try #require(seen.key), value: try #require(seen.value),
                    headers: seen.headers)
                try await eventually("the replay is told", within: .seconds(20)) {
                    try await Self.events(stack, "order_replayed") == ["drain-1"]
                }
                let finals = try await Orders.finals(stack.kafka)
                #expect(finals.count { $0.commandId == "drain-1" } == 1)
            }
        }

        @Test(.timeLimit(.minutes(5)))
        func `Contacts are told of who approves alone`() async throws {
            let posts = Locked<[String]>([])
            let server = try HTTPServer(HTTPServerConfiguration(port: 0)) { request in
                posts.withLock { $0.append(String(decoding: request.body, as: UTF8.self)) }
                return .text("taken")
            }
            defer { server.stop() }
            let stack = try Stack(try await TestBroker.shared())
            try stack.home.write(
                "webhook: {url: \"http://127.0.0.1:\(server.port)/all\"}\n",
                to: "config/contacts.yaml")
            try stack.home.replaceActions(
                """
                soloAfter: 1s
                passVariables: [PATH]
                actions:
                  careful:
                    summary: For two.
                    target: thing/one
                    effect: [{run: ["true"]}]
                    reversible: false
                    idempotent: true
                    secondPerson: true
                """)
            let dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
            try await stack.run { stack in
                let run = try await dreamnet.run([
                    "actions", "run", "careful", "--service", "checkout", "--as", "alice", "--id",
                    "a1", "--reason", "why",
                ])
                #expect(run.code == 0, "\(run.text)")
                try await eventually("alice may approve alone", within: .seconds(30)) {
                    let approved = try await dreamnet.run([
                        "actions", "approve", "a1", "--solo", "--as", "alice", "--reason",
                        "nobody answers", "--wait", "--timeout", "5s",
                    ])
                    return approved.code == 0
                }
                let outcome = try await Orders.awaitOutcome(stack.kafka, of: "a1")
                #expect(outcome.status == .succeeded && outcome.approver == "alice")
                try await eventually("everybody is told", within: .seconds(30)) {
                    posts.withLock { $0.count } == 1
                }
                let post = posts.withLock { $0.first ?? "" }
                #expect(post.contains("alone: nobody answers") && post.contains("by alice"))
                #expect(try await Self.events(stack, "approved_alone") == ["a1"])
            }
        }
    }
}
