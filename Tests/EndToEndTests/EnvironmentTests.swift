import AuditKit
import Contracts
import Glibc
import Processes
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `The environment of control-core` {
        @Test(.timeLimit(.minutes(5)))
        func `Orders once: a restart does not order again what a person has ended`() async throws {
            let stack = try Stack(try await TestBroker.shared())
            defer { stack.home.remove() }
            try await stack.applyTopics()
            let dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
            do {
                var environment = ["SAFE_MODE": "on", "CITADEL_ENABLED": "false"]
                try stack.start(.controlCore, environment: environment)
                try await stack.awaitReady()
                try await Self.awaitFlag(stack.kafka, "safe_mode", .bool(true))
                try await Self.awaitFlag(stack.kafka, "module:citadel", .bool(false))
                let history = try await dreamnet.run(["flags", "history", "safe_mode"])
                #expect(history.text.contains("environment/control-core-0"), "\(history.text)")

                let ended = try await dreamnet.run(
                    [
                        "safe-mode", "off", "--all", "--override", "--yes", "--as", "alice",
                        "--wait", "--timeout", "20s",
                    ])
                #expect(ended.code == 0, "\(ended.text)")
                try await Self.awaitFlag(stack.kafka, "safe_mode", .bool(false))

                // A variable that is new shows that the environment was read at this start.
                environment["WRITE_DRAIN"] = "on"
                for signal in [SIGKILL, SIGTERM] {
                    let process = try stack.process(.controlCore)
                    process.child.send(signal: signal)
                    _ = try await process.awaitEnd()
                    try stack.start(.controlCore, environment: environment)
                    try await stack.awaitReady()
                    try await Self.awaitFlag(stack.kafka, "write_drain", .bool(true))
                }
                let requests = try await BusReader.messages(
                    stack.kafka, of: .request, as: RequestPayload.self)
                #expect(
                    Set(requests.map(\.envelope.id)) == [
                        "environment/SAFE_MODE=on@control-core-0",
                        "environment/CITADEL_ENABLED=false@control-core-0",
                        "environment/WRITE_DRAIN=on@control-core-0",
                    ])
                #expect(requests.count == 3)
                #expect(requests.allSatisfy { $0.envelope.role == .system })
                try await Self.awaitFlag(stack.kafka, "safe_mode", .bool(false))
            } catch {
                await stack.remove()
                throw error
            }
            await stack.remove()
        }

        @Test(.timeLimit(.minutes(1)))
        func `With a bad value stops the start, and says what is allowed`() async throws {
            let home = try StackHome(services: "services: {}\n")
            defer { home.remove() }
            let nowhere = KafkaConfiguration(
                bootstrapServers: "127.0.0.1:1", topicPrefix: "nowhere.")
            let process = try ServiceProcess.start(
                .controlCore, nowhere, home: home, run: 1,
                environment: ["SAFE_MODE": "yes", "CITADEL_ENABLED": "off"])
            defer { process.child.kill() }
            #expect(try await process.awaitEnd() == .exited(2))
            #expect(process.log.contains("SAFE_MODE='yes': expected on or off"), "\(process.log)")
            #expect(process.log.contains("CITADEL_ENABLED='off': expected true or false"))
        }

        private static func awaitFlag(
            _ kafka: KafkaConfiguration, _ flag: String, _ value: FlagValue
        ) async throws {
            try await eventually("\(flag) of all is \(value)", within: .seconds(30)) {
                try await BusReader.messages(kafka, of: .flags, as: FlagPayload.self)
                    .map(\.payload).last { $0.service == "*" && $0.flag == flag }?.value == value
            }
        }
    }
}
