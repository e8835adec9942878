import CommandLineKit
import FoundationEssentials
import Runtime
import Testing

@Suite struct `The file of contexts` {
    private static let text = """
        contexts:
          staging: {bootstrap: "kafka.staging:9092"}
          shop-eu:
            bootstrap: "kafka.eu:9092"
            topic-prefix: eu.
            production: true
            kafka: {security.protocol: SASL_SSL}
            kafka-secret: {sasl.password: /run/secrets/kafka}
        """

    /// What a line comes to: the brokers, the prefix, and whether it is production; or the error.
    private struct Seen {
        var bootstrap = ""
        var prefix = ""
        var secret: [String] = []
        var production: Bool?
        var text = ""
        var code: ExitCode = .success
    }

    private func run(
        _ words: [String], text: String = text, current: String? = nil,
        environment: [String: String] = [:]
    ) async throws -> Seen {
        let folder = FileManager.default.temporaryDirectory.path
        let path = folder + "/contexts-\(UInt64.random(in: .min ... .max)).yaml"
        try Data(text.utf8).write(to: URL(filePath: path))
        if let current { try Data("\(current)\n".utf8).write(to: URL(filePath: path + ".current")) }
        defer {
            for file in [path, path + ".current"] {
                try? FileManager.default.removeItem(atPath: file)
            }
        }
        let seen = SeenBox()
        let context = ContextsFile.context { _ in [] }
        let tool = Tool(
            ToolCommand(
                "tool", summary: "A tool.",
                globals: ConnectionOptions.all + [context, ContextsFile.contexts]
            ) { invocation in
                var now = Seen()
                now.bootstrap = try invocation[ConnectionOptions.bootstrap]
                now.prefix = try invocation[ConnectionOptions.topicPrefix]
                now.secret = try invocation[ConnectionOptions.kafkaSecret]
                now.production = try ContextsFile.selected(invocation.values)?.isProduction
                seen.value = now
                return .success
            }, version: "1", fallback: ContextsFile.values)
        let err = CapturedOutput()
        let code = await tool.run(
            words + ["--contexts", path], environment: environment,
            out: CapturedOutput().console(), err: err.console())
        var result = seen.value
        result.text = err.text
        result.code = code
        return result
    }

    private final class SeenBox: @unchecked Sendable {
        var value = Seen()
    }

    @Test func `Says where a cluster is by its name, and where its secrets are`() async throws {
        let seen = try await run(["--context", "shop-eu"])
        #expect(seen.code == .success, "\(seen.text)")
        #expect(seen.bootstrap == "kafka.eu:9092" && seen.prefix == "eu.")
        #expect(seen.secret == ["sasl.password=/run/secrets/kafka"])
        #expect(seen.production == true)
        let other = try await run([], environment: ["DREAMNET_CONTEXT": "staging"])
        #expect(other.bootstrap == "kafka.staging:9092" && other.production == false)
    }

    @Test func `Of 'use' holds where a line says nothing else, and gives way where it does`()
        async throws
    {
        let used = try await run([], current: "shop-eu")
        #expect(used.bootstrap == "kafka.eu:9092" && used.production == true)
        let said = try await run(["--bootstrap", "127.0.0.1:9092"], current: "shop-eu")
        #expect(said.bootstrap == "127.0.0.1:9092" && said.prefix == "" && said.production == nil)
        let variable = try await run(
            [], current: "shop-eu", environment: ["KAFKA_BOOTSTRAP_SERVERS": "here:1"])
        #expect(variable.bootstrap == "here:1" && variable.production == nil)
        let none = try await run([])
        #expect(none.bootstrap == "127.0.0.1:9092" && none.production == nil)
    }

    @Test func `Of 'use' that is gone is an error, never another cluster, and can be got rid of`()
        async throws
    {
        let gone = try await run([], current: "old")
        #expect(gone.code == .usage && gone.text.contains("'old'"), "\(gone.text)")
        #expect(gone.text.contains(".yaml.current"))
        let named = try await run(["--context", "staging"], current: "old")
        #expect(named.bootstrap == "kafka.staging:9092")
    }

    @Test func `Is never mixed with another place: two that are named are a contradiction`()
        async throws
    {
        let line = try await run(["--context", "staging", "--bootstrap", "x:1"])
        #expect(line.code == .usage && line.text.contains("and so does --bootstrap"))
        let variable = try await run(
            ["--context", "staging"], environment: ["DREAMNET_TOPIC_PREFIX": "p."])
        #expect(
            variable.code == .usage && variable.text.contains("so does DREAMNET_TOPIC_PREFIX"))
    }

    @Test(arguments: [
        ("contexts:\n  a: {}\n", "bootstrap: missing"),
        ("contexts:\n  a: {bootstrap: 'x:1', colour: red}\n", "unknown key"),
        ("contexts:\n  a: {bootstrap: 'x:1', production: perhaps}\n", "production"),
        ("contexts:\n  'a b': {bootstrap: 'x:1'}\n", "a name is"),
        ("contexts:\n  none: {bootstrap: 'x:1'}\n", "a name is"),
        ("clusters: {}\n", "unknown key 'clusters'"),
        (
            "contexts:\n  a:\n    bootstrap: 'x:1'\n    kafka: {sasl.password: hush}\n",
            "a secret: name a file that has it"
        ),
        ("contexts: [1", ""),
    ])
    func `With a mistake is refused with its line, and a secret in it as well`(
        text: String, message: String
    ) async throws {
        let seen = try await run(["--context", "a"], text: text)
        #expect(seen.code == .usage)
        #expect(seen.text.contains(message) && seen.text.contains(".yaml:"), "\(seen.text)")
        #expect(!seen.text.contains("hush"))
    }

    @Test func `A name that is none is refused, with the nearest one`() async throws {
        let seen = try await run(["--context", "stagin"])
        #expect(seen.code == .usage && seen.text.contains("did you mean 'staging'?"))
    }
}
