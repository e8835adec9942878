import AuditKit
import Contracts
import Glibc
import JSON
import Processes
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `dreamnet agent` {
        /// What the file says now; nil if it is not there. It is never half a document.
        private static func read(_ file: String) throws -> JSONValue? {
            guard let bytes = SmallFile.bytes(file) else { return nil }
            return try JSON.parse(bytes)
        }

        private static func flag(_ name: String, _ document: JSONValue) -> JSONValue? {
            document["flags"]?[name]
        }

        private static func start(
            _ kafka: KafkaConfiguration, _ file: String
        ) throws -> ChildProcess {
            try ChildProcess.start(
                ServiceProcess.program("dreamnet"),
                [
                    "agent", "--file", file, "--service", "checkout", "--stale-after", "3s",
                    "--bootstrap", kafka.bootstrapServers, "--topic-prefix", kafka.topicPrefix,
                ], environment: .inheritedChanging(["DREAMNET_CONTEXT": nil]),
                output: .capture, errorOutput: .capture)
        }

        private static func awaitFile(
            _ what: String, _ file: String, _ holds: @escaping (JSONValue) -> Bool
        ) async throws -> JSONValue {
            try await eventualValue(what, within: .seconds(60)) {
                // A plain nil would be JSON's null.
                guard let document = try Self.read(file), holds(document) else {
                    return JSONValue?.none
                }
                return document
            }
        }

        @Test(.startsApacheKafka, .timeLimit(.minutes(5)))
        func `Keeps a file current, survives a broker that is away, and starts without one`()
            async throws
        {
            let broker = try await TestBroker.start(kind: .kafka)
            let stack = try Stack(broker)
            let file = stack.home.path + "/flags.json"
            do {
                try await stack.applyTopics()
                try stack.start(.controlCore)
                try await stack.awaitReady()
                var agent = try Self.start(stack.kafka, file)
                defer { agent.kill() }
                let first = try await Self.awaitFile("it is ready", file) {
                    $0["status"] == "READY"
                }
                #expect(Self.flag("safe_mode", first) == .bool(false))
                #expect(Self.flag("rate_limit", first)?.intValue == 100)
                #expect(first["reason"] == nil)
                let order = try await Orders.give(stack.kafka, "SAFE_MODE=on")
                _ = try await Orders.awaitOutcome(stack.kafka, of: order)
                let on = try await Self.awaitFile("the flag is on", file) {
                    $0["flags"]?["safe_mode"] == true
                }
                #expect(on["version"]?.intValue == 3)

                try await broker.stop()
                let stale = try await Self.awaitFile("it is stale", file) {
                    $0["status"] == "STALE"
                }
                #expect(Self.flag("safe_mode", stale) == .bool(true))
                let reason = stale["reason"]?.stringValue ?? ""
                #expect(reason.contains("nothing was heard"), "\(reason)")
                agent.kill()
                _ = await agent.terminationStatus(within: .seconds(10))
                unsafe unlink(file)
                agent = try Self.start(stack.kafka, file)
                let alone = try await Self.awaitFile("it starts without Kafka", file) { _ in true }
                #expect(alone["status"] == "STALE")
                #expect(Self.flag("safe_mode", alone) == .bool(true))

                try await broker.restart()
                _ = try await Self.awaitFile("it is ready again", file) {
                    $0["status"] == "READY" && $0["flags"]?["safe_mode"] == true
                }
                agent.terminate()
                #expect(await agent.terminationStatus(within: .seconds(10)) == .exited(0))
                let last = try #require(try Self.read(file))
                #expect(last["status"] == "STALE" && last["reason"] == "the agent has ended")
            } catch {
                await stack.remove()
                throw error
            }
            await stack.remove()
            try await broker.stop()
        }

        @Test(.timeLimit(.minutes(1)))
        func `Says at once that a file cannot be written`() async throws {
            let agent = try Self.start(
                KafkaConfiguration(bootstrapServers: "127.0.0.1:1", topicPrefix: "x."),
                "/nonexistent/flags.json")
            defer { agent.kill() }
            #expect(await agent.terminationStatus(within: .seconds(20)) == .exited(4))
            #expect(agent.errorOutput.text.contains("/nonexistent/flags.json: cannot be written"))
        }
    }
}
