import AuditKit
import AuditKit
import Contracts
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// The program `dreamnet` against a broker, and against none.
@Suite struct CommandLineTests {
    /// A deployment of its own, with every topic.
    private func deployment() async throws -> OperatorProgram {
        try await OperatorProgram.withTopics(at: try await TestBroker.shared().bootstrapServers)
    }

    @Test func `without a broker it says within five seconds that nothing was sent`() async throws {
        // Port 1 is nobody's: the connection is refused at once, again and again.
        let start = SystemClock.monotonicMs()
        let dreamnet = OperatorProgram(
            kafka: KafkaConfiguration(bootstrapServers: "127.0.0.1:1", topicPrefix: ""))
        let run = try await dreamnet.run(
            ["safe-mode", "on", "--service", "checkout", "--as", "alice"])
        #expect(run.code == 6, "\(run.text)")
        #expect(run.text.contains("to 127.0.0.1:1 as alice: SAFE_MODE on for checkout"))
        #expect(run.text.contains("NOT SENT"))
        // A second for the start of the process on a busy machine.
        #expect(SystemClock.monotonicMs() - start < 6_000)
    }

    @Test func `topics that were applied differ in nothing`() async throws {
        let dreamnet = try await deployment()
        let plan = try await dreamnet.run(["topics", "plan"])
        #expect(plan.code == 0 && plan.text.contains("nothing to do"), "\(plan.text)")
        let status = try await dreamnet.run([])
        #expect(status.code == 0 && status.text.contains("control-core: never heard"))
    }

    @Test func `an order that nobody answers is recorded once, however often it is repeated`()
        async throws
    {
        let dreamnet = try await deployment()
        let order = [
            "safe-mode", "on", "--service", "checkout", "--as", "alice", "--for", "10m", "--id",
            "first", "--wait", "--timeout", "300ms",
        ]
        for _ in 0..<2 {
            let run = try await dreamnet.run(order)
            #expect(run.code == 5, "\(run.text)")
            #expect(run.text.contains("control-core has not answered"))
        }
        let other = try await dreamnet.run(
            ["write-drain", "on", "--service", "checkout", "--as", "alice", "--id", "first"])
        #expect(other.code == 2 && other.text.contains("was used for another command"))
        #expect(try dreamnet.commands().map(\.id) == ["first"])
    }

    @Test func `an order is done when the outcome is there and every subscriber follows`()
        async throws
    {
        let dreamnet = try await deployment()
        let waiting = Task {
            try await dreamnet.run(
                [
                    "safe-mode", "on", "--service", "checkout", "--as", "alice", "--wait",
                    "--timeout", "30s",
                ])
        }
        let command = try await eventualValue("the command", within: .seconds(30)) {
            try dreamnet.commands().first
        }
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
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
        let shown = try await dreamnet.run(["commands", "show", command.id])
        #expect(shown.code == 0 && shown.text.contains("succeeded after"), "\(shown.text)")
    }

    @Test func `a service that is expected and never reported is named`() async throws {
        let home = try StackHome(
            services: """
                services:
                  billing: {automation: observe, expectSubscribers: true}
                """)
        defer { home.remove() }
        var dreamnet = try await deployment()
        dreamnet.home = home.path
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
        let waiting = Task { [dreamnet] in
            try await dreamnet.run(
                [
                    "safe-mode", "on", "--all", "--yes", "--as", "alice", "--wait",
                    "--timeout", "3s",
                ])
        }
        let command = try await eventualValue("the command", within: .seconds(30)) {
            try dreamnet.commands().first
        }
        let nowMs = SystemClock.nowMs()
        try await send(
            OutcomePayload(
                commandId: command.id, status: .succeeded, final: true, action: command.type,
                author: "alice", service: "*", flagsVersion: 7), nowMs, producer)
        for service in ["checkout", "orders", "search"] {
            try await send(
                HeartbeatPayload(service: service, instance: "a", flagsVersion: 7), nowMs, producer)
        }
        let run = try await waiting.value
        #expect(run.code == 5, "\(run.text)")
        #expect(run.text.contains("3 of 4: billing never reported"), "\(run.text)")
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
