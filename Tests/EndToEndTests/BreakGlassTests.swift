import AuditKit
import Contracts
import JSON
import Processes
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// Orders on a machine whose broker is away, and what becomes of them when it is back.
    @Suite struct `dreamnet --break-glass` {
        private struct Scene {
            let stack: Stack
            let dreamnet: OperatorProgram
            let flags: String
            let orders: String

            init(_ broker: TestBroker) throws {
                stack = try Stack(broker)
                dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
                flags = stack.home.path + "/flags.json"
                orders = stack.home.path + "/break-glass.json"
            }

            func makeKey() async throws {
                let made = try await dreamnet.run(
                    ["keys", "new", stack.home.path + "/alice", "--as", "alice"])
                #expect(made.code == 0, "\(made.text)")
                let lines = made.text.split(separator: "\n").map(String.init)
                let principal = try #require(lines.first { $0.contains("publicKeys") })
                try stack.home.write(
                    "requireSignatures: true\nprincipals:\n\(principal)\n", to: "config/access.yaml"
                )
                let trusted = try #require(lines.first { $0.hasPrefix("'alice ") })
                let end = try #require(trusted.dropFirst().firstIndex(of: "'"))
                try stack.home.write(String(trusted[..<end].dropFirst()) + "\n", to: "trusted")
            }

            func agent() throws -> ChildProcess {
                try ChildProcess.start(
                    ServiceProcess.program("dreamnet"),
                    [
                        "agent", "--file", flags, "--service", "checkout", "--stale-after", "3s",
                        "--trusted-keys", stack.home.path + "/trusted", "--break-glass-file",
                        orders, "--bootstrap", stack.kafka.bootstrapServers, "--topic-prefix",
                        stack.kafka.topicPrefix,
                    ], output: .capture, errorOutput: .capture)
            }

            func give(_ words: [String], _ key: String = "alice") async throws
                -> OperatorProgram.Run
            {
                try await dreamnet.run(
                    words + [
                        "--service", "checkout", "--break-glass", "--break-glass-file", orders,
                        "--as", "alice", "--key", stack.home.path + "/" + key, "--last-known",
                        flags + ".known",
                    ])
            }

            /// A signed order by the bus, given while the machine was cut off.
            func order(_ words: [String]) async throws {
                let run = try await dreamnet.run(
                    words + [
                        "--service", "checkout", "--as", "alice", "--no-wait", "--key",
                        stack.home.path + "/alice",
                    ])
                #expect(run.code == 0, "\(run.text)")
            }

            func awaitFile(_ what: String, _ holds: @escaping (JSONValue) -> Bool) async throws {
                try await eventually(what, within: .seconds(60)) {
                    try SmallFile.bytes(flags).map { holds(try JSON.parse($0)) } ?? false
                }
            }
        }

        @Test(.startsApacheKafka, .timeLimit(.minutes(6)))
        func `Is obeyed while the broker is stopped, and settled by version when it is back`()
            async throws
        {
            let broker = try await TestBroker.start(kind: .kafka)
            let scene = try Scene(broker)
            do {
                try await scene.makeKey()
                try await scene.stack.applyTopics()
                try scene.stack.start(.controlCore)
                try await scene.stack.awaitReady()
                var agent = try scene.agent()
                defer { agent.kill() }
                try await scene.awaitFile("the agent is ready") { $0["status"] == "READY" }
                try await eventually("it keeps what it knows") {
                    SmallFile.bytes(scene.flags + ".known") != nil
                }
                // It does not hear of what is decided meanwhile.
                agent.kill()
                _ = await agent.terminationStatus(within: .seconds(10))
                try await scene.order(["write-drain", "on"])
                let decided = try await eventualValue("the drain is on", within: .seconds(30)) {
                    try await BusReader.messages(
                        scene.stack.kafka, of: .flags, as: FlagPayload.self
                    ).map(\.payload).last { $0.flag == "write_drain" && $0.value == .bool(true) }
                }
                #expect(decided.version == 1)
                try await broker.stop()
                agent = try scene.agent()
                try await scene.awaitFile("the agent is alone") { $0["status"] == "STALE" }

                let on = try await scene.give(["safe-mode", "on", "--reason", "no broker"])
                #expect(on.code == 0 && on.text.contains("BREAK-GLASS on"), "\(on.text)")
                try await scene.awaitFile("it is obeyed without Kafka") {
                    $0["flags"]?["safe_mode"] == true && $0["localOrders"] != nil
                }
                let drain = try await scene.give(["write-drain", "on"])
                #expect(drain.code == 0, "\(drain.text)")
                try await scene.awaitFile("so is the other") { $0["flags"]?["write_drain"] == true }

                try await broker.restart()
                try await scene.awaitFile("both are settled") {
                    $0["status"] == "READY" && $0["localOrders"] == nil
                        && $0["flags"]?["safe_mode"] == true
                        && $0["flags"]?["write_drain"] == true
                }
                try await Self.checkHistory(scene)
            } catch {
                await scene.stack.remove()
                throw error
            }
            await scene.stack.remove()
            try await broker.stop()
        }

        /// SAFE_MODE was news to the bus and is held by alice; of the drain the bus knew more.
        private static func checkHistory(_ scene: Scene) async throws {
            let history = try await scene.dreamnet.run(["flags", "history", "safe_mode"])
            #expect(history.text.contains("break_glass_applied"), "\(history.text)")
            #expect(history.text.contains("no broker"), "\(history.text)")
            #expect(history.text.contains("safe_mode_enabled"), "\(history.text)")
            let drains = try await scene.dreamnet.run(["flags", "history", "write_drain", "--json"])
            #expect(drains.text.contains("break_glass_superseded"), "\(drains.text)")
            let finals = try await Orders.finals(scene.stack.kafka)
            #expect(finals.count { $0.code == .superseded } == 1)
            let commands = try scene.dreamnet.commands()
            #expect(commands.count == 3, "each was published once: \(commands.map(\.id))")
        }

        @Test(.timeLimit(.minutes(2)))
        func `Is refused without a key, for what is no flag, and where it cannot be written`()
            async throws
        {
            let scene = try Scene(try await TestBroker.shared())
            defer { scene.stack.home.remove() }
            try await scene.makeKey()
            let unsigned = try await scene.dreamnet.run(
                ["safe-mode", "on", "--service", "checkout", "--break-glass", "--as", "alice"],
                environment: ["DREAMNET_KEY": nil])
            #expect(unsigned.code == 2 && unsigned.text.contains("always signed"))
            let setting = try await scene.give(["hotkey", "MONITOR=increase"])
            #expect(setting.code == 2 && setting.text.contains("flags alone"), "\(setting.text)")
            let nowhere = try await scene.dreamnet.run(
                [
                    "safe-mode", "on", "--service", "checkout", "--break-glass", "--as", "alice",
                    "--key", scene.stack.home.path + "/alice", "--break-glass-file",
                    "/nonexistent/orders.json",
                ])
            #expect(nowhere.code == 6 && nowhere.text.contains("NOT SENT"), "\(nowhere.text)")
        }
    }
}
