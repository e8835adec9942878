import AuditKit
import Contracts
import Processes
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// A broker with an authorizer, which knows by SASL who connects.
    @Suite struct `Rights at Kafka` {
        private static let names =
            ["admin"] + Service.allCases.map(\.rawValue)
            + ["dreamnet", "dead-letters", "operators", "apps", "mallory"]

        private static func password(_ name: String) -> String { "secret-of-\(name)" }

        private static func logOn(_ name: String) -> [String: String] {
            [
                "security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN",
                "sasl.username": name, "sasl.password": password(name),
            ]
        }

        /// The port of scripts/broker stays open to nobody in particular, who may everything here.
        private static func startBroker() async throws -> (TestBroker, saslServers: String) {
            let port = try FreePort.pair()
            let sasl = try FreePort.take()
            let users = names.map { "user_\($0)=\"\(password($0))\"" }.joined(separator: " ")
            let broker = try await TestBroker.start(
                kind: .kafka, port: port,
                settings: [
                    "listeners=PLAINTEXT://127.0.0.1:\(port),CONTROLLER://127.0.0.1:\(port + 1),"
                        + "CLIENTS://127.0.0.1:\(sasl)",
                    "advertised.listeners=PLAINTEXT://127.0.0.1:\(port),"
                        + "CLIENTS://127.0.0.1:\(sasl)",
                    "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,"
                        + "CLIENTS:SASL_PLAINTEXT",
                    "listener.name.clients.sasl.enabled.mechanisms=PLAIN",
                    "listener.name.clients.plain.sasl.jaas.config="
                        + "org.apache.kafka.common.security.plain.PlainLoginModule required "
                        + "\(users);",
                    "authorizer.class.name="
                        + "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "super.users=User:ANONYMOUS;User:admin",
                ])
            return (broker, "127.0.0.1:\(sasl)")
        }

        /// Writes one record as somebody; its refusal if it is refused.
        private static func refusal(
            of name: String, writing topic: BusTopic, _ servers: String, _ prefix: String
        ) async throws -> KafkaError.Code? {
            let producer = try KafkaProducer(
                KafkaConfiguration(
                    bootstrapServers: servers, topicPrefix: prefix, properties: logOn(name)),
                deliveryDeadlineMs: 10_000
            ) { _ in }
            defer { producer.close() }
            do {
                _ = try await producer.send(
                    topic: topic.rawValue, key: Array("checkout/safe_mode".utf8), value: [0x7b])
                return nil
            } catch { return error.code }
        }

        @Test(.startsApacheKafka, .timeLimit(.minutes(5)))
        func `Each has those that topics/ declares and no others, and the services work with them`()
            async throws
        {
            let (broker, servers) = try await Self.startBroker()
            let stack = try Stack(
                bootstrapServers: broker.bootstrapServers, serviceServers: servers,
                logOn: { Self.logOn($0.rawValue) },
                services: "services: {checkout: {automation: act}}\n")
            let prefix = stack.kafka.topicPrefix
            func dreamnet(as name: String) -> OperatorProgram {
                OperatorProgram(
                    kafka: KafkaConfiguration(
                        bootstrapServers: servers, topicPrefix: prefix,
                        properties: Self.logOn(name)), home: stack.home.path)
            }
            try await stack.applyTopics()
            // Somebody gave a right before.
            let foreign = AccessRule(
                .topic, prefix + "nervous.flags", principal: "User:mallory", operation: .read)
            let admin = try KafkaAdmin(stack.kafka) { _ in }
            #expect(try await offPool { try admin.addAccessRules([foreign]) }.isEmpty)
            try await Self.apply(stack, dreamnet(as: "admin"))

            for service in ["os-core", "dreamnet", "apps"] {
                let code = try await Self.refusal(of: service, writing: .flags, servers, prefix)
                #expect(code == .unauthorized, "\(service) writes nervous.flags: \(code as Any)")
            }
            for (name, topic) in [
                ("apps", BusTopic.command), ("dreamnet", .request), ("nervous-system", .action),
                ("operators", .outcome),
            ] {
                let code = try await Self.refusal(of: name, writing: topic, servers, prefix)
                #expect(code == .unauthorized, "\(name) writes \(topic): \(code as Any)")
            }
            try await stack.run { stack in
                try await Self.work(stack, dreamnet)
            }
            try await broker.kill()
        }

        private static func apply(_ stack: Stack, _ admin: OperatorProgram) async throws {
            let dry = try await admin.run(["topics", "apply", "--acls", "--dry-run"])
            #expect(dry.code == 0, "\(dry.text)")
            #expect(
                dry.text.contains(
                    "+ User:os-core may write topic \(stack.kafka.topicPrefix)nervous.alert\n"))
            #expect(dry.text.contains("? User:mallory may read topic"))
            let mallory = try await OperatorProgram(
                kafka: KafkaConfiguration(
                    bootstrapServers: admin.kafka.bootstrapServers,
                    topicPrefix: stack.kafka.topicPrefix, properties: logOn("mallory")),
                home: stack.home.path
            ).run(["topics", "apply", "--acls"])
            #expect(mallory.code == 1 && mallory.text.contains("super.users"), "\(mallory.text)")
            // Without Kafka's own program it says what is left, and that it is not all.
            let half = try await admin.run(["topics", "apply", "--acls"])
            #expect(half.code == 1, "\(half.text)")
            #expect(half.text.contains("kafka-acls.sh --bootstrap-server"), "\(half.text)")
            #expect(half.text.contains("of others, left alone: User:mallory may read"))
            let file = stack.home.path + "/admin.properties"
            try stack.home.write(
                """
                security.protocol=SASL_PLAINTEXT
                sasl.mechanism=PLAIN
                sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
                required username="admin" password="\(password("admin"))";
                """, to: "admin.properties")
            let home = try #require(TestBroker.kafkaHome)
            let whole = try await admin.run([
                "topics", "apply", "--acls", "--kafka-acls", home + "/bin/kafka-acls.sh",
                "--command-config", file,
            ])
            #expect(whole.code == 0, "\(whole.text)")
            let again = try await admin.run(["topics", "apply", "--acls", "--dry-run", "--json"])
            #expect(again.code == 0 && again.text.contains(#""missing": []"#), "\(again.text)")
            #expect(again.text.contains("mallory"))
        }

        /// From an order and a signal to a flag and an incident, by way of all four services.
        private static func work(
            _ stack: Stack, _ dreamnet: (String) -> OperatorProgram
        ) async throws {
            let order = try await dreamnet("dreamnet").run([
                "write-drain", "on", "--service", "search", "--as", "alice", "--wait",
                "--timeout", "3s",
            ])
            // Nobody obeys here: it is in effect, and nobody has told so.
            #expect(order.code == 5, "\(order.text)")
            let plan = try await dreamnet("dreamnet").run(["topics", "plan"])
            #expect(plan.code == 0, "\(plan.text)")
            try await eventually("a bad signal becomes a flag", within: .seconds(60)) {
                let sent = try await dreamnet("dreamnet").run([
                    "signals", "send", "checkout", "--error-rate", "90", "--requests", "100",
                ])
                try #require(sent.code == 0, "\(sent.text)")
                let flags = try await dreamnet("dreamnet").run(["flags", "--service", "checkout"])
                return flags.text.contains("safe_mode")
            }
            let incidents = try await dreamnet("dreamnet").run(["incidents", "list"])
            #expect(incidents.code == 0 && incidents.text.contains("checkout."))
            let app = KafkaConfiguration(
                bootstrapServers: stack.serviceKafka.bootstrapServers,
                topicPrefix: stack.kafka.topicPrefix, properties: logOn("apps"))
            let seen = try await BusReader.records(app, of: ["nervous.flags"])
            #expect(!seen.isEmpty)
            let letters = try await dreamnet("dead-letters").run(["dlq", "status"])
            #expect(letters.code == 0, "\(letters.text)")
            for process in stack.processes {
                #expect(!process.log.contains("AUTHORIZATION"), "\(process.logTail)")
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `A broker without an authorizer is told as one`() async throws {
            let dreamnet = try await OperatorProgram.withTopics(
                at: try await TestBroker.shared().bootstrapServers)
            let run = try await dreamnet.run(["topics", "apply", "--acls"])
            #expect(run.code == 1, "\(run.text)")
            #expect(run.text.contains("authorizer"), "\(run.text)")
        }
    }
}
