import CommandLineKit
import Contracts
import FoundationEssentials
import Runtime
import StreamsKafka
import Testing

@Suite struct `Options of the connection` {
    /// What an unfinished line comes to, as a shell's completion asks for it.
    private func completing(
        _ words: [String], _ environment: [String: String] = [:], file: [String: FileValue] = [:]
    ) async -> KafkaConfiguration? {
        let seen = Locked<KafkaConfiguration?>(nil)
        let name = Argument.option(
            "service",
            .string.completed { request in
                let configuration = try? ConnectionOptions.kafkaConfiguration(
                    request.values, clientID: "test")
                seen.withLock { $0 = configuration }
                return []
            }, help: "A service.")
        let tool = Tool(
            ToolCommand(
                "tool", summary: "A tool.", globals: ConnectionOptions.all,
                subcommands: [
                    ToolCommand("show", summary: "Show.", arguments: [name]) { _ in .success }
                ]),
            version: "1", fallback: { _ in file })
        _ = await tool.run(
            ["__complete", "--"] + words, environment: environment,
            out: CapturedOutput().console(), err: CapturedOutput().console())
        return seen.withLock { $0 }
    }

    @Test func `Hold for completion as for the line itself, secrets and file included`()
        async throws
    {
        let secret =
            FileManager.default.temporaryDirectory.path
            + "/dreamnet-secret-\(UInt64.random(in: .min ... .max))"
        try Data("hush\n".utf8).write(to: URL(filePath: secret))
        defer { try? FileManager.default.removeItem(atPath: secret) }
        let configuration = try #require(
            await completing(
                ["--kafka", "client.rack=r1", "show", "--service", "c"],
                ["DREAMNET_KAFKA_SECRET": "sasl.password=\(secret)"],
                file: [
                    "bootstrap": FileValue(["kafka:9092"], place: "f:1"),
                    "topic-prefix": FileValue(["p."], place: "f:2"),
                ]))
        #expect(configuration.bootstrapServers == "kafka:9092")
        #expect(configuration.topicPrefix == "p.")
        #expect(
            configuration.properties
                == ["client.rack": "r1", "sasl.password": "hush"])
        let missing = await completing(["--kafka-secret", "a=/none", "show", "--service", "c"])
        #expect(missing == nil)
    }
}
