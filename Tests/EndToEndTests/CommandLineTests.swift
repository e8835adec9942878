import AuditKit
import Contracts
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// The program `dreamnet` against a broker, and against none.
@Suite struct CommandLineTests {
    private struct Run {
        let code: Int32
        let text: String
    }

    private func dreamnet(
        _ arguments: [String], bootstrap: String, prefix: String = ""
    ) async throws -> Run {
        let process = try ChildProcess.start(
            ProjectPaths.path(".build/debug/dreamnet"),
            arguments + ["--bootstrap", bootstrap, "--home", ProjectPaths.root]
                + (prefix.isEmpty ? [] : ["--topic-prefix", prefix]),
            output: .capture, errorOutput: .capture)
        let status = try #require(await process.terminationStatus(within: .seconds(60)))
        guard case .exited(let code) = status else { throw Killed(status: status) }
        return Run(code: code, text: process.output.text + process.errorOutput.text)
    }

    /// It did not end by itself.
    private struct Killed: Error {
        let status: TerminationStatus
    }

    /// A deployment of its own, with every topic.
    private func deployment() async throws -> KafkaConfiguration {
        let broker = try await TestBroker.shared()
        let configuration = KafkaConfiguration(
            bootstrapServers: broker.bootstrapServers, topicPrefix: TestBroker.topicPrefix())
        let run = try await dreamnet(
            ["topics", "apply"], bootstrap: configuration.bootstrapServers,
            prefix: configuration.topicPrefix)
        #expect(run.code == 0, "\(run.text)")
        return configuration
    }

    private func dreamnet(
        _ arguments: [String], on deployment: KafkaConfiguration
    ) async throws -> Run {
        try await dreamnet(
            arguments, bootstrap: deployment.bootstrapServers, prefix: deployment.topicPrefix)
    }

    /// The commands that were recorded.
    private func commands(of deployment: KafkaConfiguration) throws -> [Envelope] {
        let reader = try KafkaReader(deployment, log: { _ in })
        try reader.start(topic: "nervous.command", from: .beginning, timeoutMs: 10_000)
        var envelopes: [Envelope] = []
        try reader.readToEnd(deadlineMs: 20_000) { record in
            if let envelope = try? Envelope(parsing: record.value ?? []) {
                envelopes.append(envelope)
            }
        }
        return envelopes
    }

    @Test func `without a broker it says within five seconds that nothing was sent`() async throws {
        // Port 1 is nobody's: the connection is refused at once, again and again.
        let start = SystemClock.monotonicMs()
        let run = try await dreamnet(
            ["safe-mode", "on", "--service", "checkout", "--as", "alice"],
            bootstrap: "127.0.0.1:1")
        #expect(run.code == 6, "\(run.text)")
        #expect(run.text.contains("to 127.0.0.1:1 as alice: SAFE_MODE on for checkout"))
        #expect(run.text.contains("NOT SENT"))
        // A second for the start of the process on a busy machine.
        #expect(SystemClock.monotonicMs() - start < 6_000)
    }

    @Test func `topics that were applied differ in nothing`() async throws {
        let deployment = try await deployment()
        let plan = try await dreamnet(["topics", "plan"], on: deployment)
        #expect(plan.code == 0 && plan.text.contains("nothing to do"), "\(plan.text)")
        let status = try await dreamnet([], on: deployment)
        #expect(status.code == 0 && status.text.contains("control-core: never heard"))
    }

    @Test func `an order that nobody answers is recorded once, however often it is repeated`()
        async throws
    {
        let deployment = try await deployment()
        let order = [
            "safe-mode", "on", "--service", "checkout", "--as", "alice", "--for", "10m", "--id",
            "first", "--wait", "--timeout", "300ms",
        ]
        for _ in 0..<2 {
            let run = try await dreamnet(order, on: deployment)
            #expect(run.code == 5, "\(run.text)")
            #expect(run.text.contains("control-core has not answered"))
        }
        let other = try await dreamnet(
            ["write-drain", "on", "--service", "checkout", "--as", "alice", "--id", "first"],
            on: deployment)
        #expect(other.code == 2 && other.text.contains("was used for another command"))
        #expect(try commands(of: deployment).map(\.id) == ["first"])
    }

    @Test func `an order is done when the outcome is there and every subscriber follows`()
        async throws
    {
        let deployment = try await deployment()
        let waiting = Task {
            try await dreamnet(
                [
                    "safe-mode", "on", "--service", "checkout", "--as", "alice", "--wait",
                    "--timeout", "30s",
                ], on: deployment)
        }
        let command = try await eventualValue("the command", within: .seconds(30)) {
            try commands(of: deployment).first
        }
        let producer = try KafkaProducer(deployment, log: { _ in })
        let nowMs = SystemClock.nowMs()
        try await send(
            HeartbeatPayload(service: "checkout", instance: "a", flagsVersion: 6), nowMs, producer)
        try await send(
            OutcomePayload(
                commandId: command.id, status: .succeeded, final: true, action: command.type,
                author: "alice", service: "checkout", flagsVersion: 7), nowMs, producer)
        try await send(
            HeartbeatPayload(service: "checkout", instance: "a", flagsVersion: 7), nowMs, producer)
        let run = try await waiting.value
        #expect(run.code == 0, "\(run.text)")
        #expect(run.text.contains("applied by 1 of 1 subscribers in"), "\(run.text)")
        let shown = try await dreamnet(["commands", "show", command.id], on: deployment)
        #expect(shown.code == 0 && shown.text.contains("succeeded after"), "\(shown.text)")
    }

    private func send<Payload: MessagePayload>(
        _ payload: Payload, _ nowMs: Int64, _ producer: KafkaProducer
    ) async throws {
        let envelope = try Envelope(
            id: "\(Payload.topic.kind)-\(nowMs)", ts: nowMs, role: .service, payload)
        _ = try await producer.send(
            topic: Payload.topic.rawValue, key: Array("checkout".utf8),
            value: try envelope.serialized())
    }
}
