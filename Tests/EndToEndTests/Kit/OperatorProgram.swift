import Contracts
import Processes
import Runtime
import StreamsKafka
import TestKit
import Testing

/// The program `dreamnet`, run to its end.
struct OperatorProgram {
    /// What became of a run.
    struct Run {
        let code: Int32
        /// What it wrote to its output alone: with --json a document.
        let output: String
        /// Output and error output.
        let text: String
    }

    /// It did not end by itself.
    private struct Killed: Error {
        let status: TerminationStatus
    }

    let kafka: KafkaConfiguration
    var home = ProjectPaths.root

    /// Runs it with these arguments, and these changes of the environment.
    func run(
        _ arguments: [String], environment: [String: String?] = [:]
    ) async throws -> Run {
        let prefix = kafka.topicPrefix
        let process = try ChildProcess.start(
            ProjectPaths.path(".build/debug/dreamnet"),
            arguments + ["--bootstrap", kafka.bootstrapServers, "--home", home]
                + (prefix.isEmpty ? [] : ["--topic-prefix", prefix])
                + kafka.properties.sorted { $0.key < $1.key }
                .flatMap { ["--kafka", "\($0)=\($1)"] },
            environment: .inheritedChanging(environment), output: .capture,
            errorOutput: .capture)
        let status = try #require(await process.terminationStatus(within: .seconds(60)))
        guard case .exited(let code) = status else { throw Killed(status: status) }
        let output = process.output.text
        return Run(code: code, output: output, text: output + process.errorOutput.text)
    }

    /// For a deployment of its own at this address, with every topic.
    static func withTopics(at bootstrapServers: String) async throws -> OperatorProgram {
        let program = OperatorProgram(
            kafka: KafkaConfiguration(
                bootstrapServers: bootstrapServers, topicPrefix: TestBroker.topicPrefix()))
        let run = try await program.run(["topics", "apply"])
        #expect(run.code == 0, "\(run.text)")
        return program
    }

    /// The commands that were recorded.
    func commands() throws -> [Envelope] {
        let reader = try KafkaReader(kafka, log: { _ in })
        try reader.start(topic: "nervous.command", from: .beginning, timeoutMs: 10_000)
        var envelopes: [Envelope] = []
        try reader.readToEnd(deadlineMs: 20_000) { record in
            if let envelope = try? Envelope(parsing: record.value ?? []) {
                envelopes.append(envelope)
            }
        }
        return envelopes
    }
}
