import AuditKit
import Contracts
import Runtime
import StreamsKafka
import TestKit
import Testing

/// A topic that says `order: key`, with the real programs on a real broker.
@Suite(.onApacheKafka, .serialized) struct ParkedKeyTests {
    private static func message(_ number: Int) throws -> [UInt8] {
        try Envelope(
            id: "parked-\(number)", ts: SystemClock.nowMs(), role: .service,
            SignalValuesPayload(
                service: "checkout", instance: "a", latencyP95Ms: Double(number))
        ).serialized()
    }

    private func passed(_ stack: Stack) async throws -> [Double] {
        let records = try await BusReader.records(stack.kafka, of: [BusTopic.signal.rawValue])
        return try records.compactMap {
            try Envelope(parsing: $0.value ?? []).payload(as: SignalValuesPayload.self).latencyP95Ms
        }
    }

    private func send(_ stack: Stack, _ values: [[UInt8]]) async throws {
        let producer = try KafkaProducer(stack.kafka, log: { _ in })
        defer { producer.close() }
        for value in values {
            // Not where the key hashes to: producers in other languages hash otherwise.
            _ = try await producer.send(
                NewRecord(
                    topic: BusTopic.ingress.rawValue, partition: 3, key: Array("mine".utf8),
                    value: value))
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func `what waits behind a dead letter comes back in order, on its own partition`() async throws
    {
        let stack = try Stack(try await TestBroker.shared())
        try stack.home.copyFolder("topics")
        let file = "topics/nervous.ingress.yaml"
        let text = try #require(stack.home.text(of: file))
        try stack.home.write(text + "order: key\n", to: file)
        try await stack.run([.nervousSystem], park)
    }

    private func park(_ stack: Stack) async throws {
        let router = try stack.process(.nervousSystem)
        try await send(
            stack,
            [try Self.message(1), Array("{".utf8)] + (2...6).map { try Self.message($0) })
        try await eventually("all are taken", within: .seconds(30)) {
            await router.metric("dreamnet_dead_letters_total") == 6
        }
        #expect(try await passed(stack) == [1])
        #expect(await router.metric("dreamnet_parked_keys") == 1)

        let dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
        let status = try await dreamnet.run(["dlq", "status"])
        #expect(status.text.contains("1 key parked in nervous.ingress.dlq: 5 messages"))
        // Killed, it knows of the line when it is back.
        try await stack.restart(.nervousSystem, by: 9)
        try await stack.awaitReady()
        let early = try await replay(dreamnet)
        #expect(early.contains("5 letters sent") && early.contains("5 came back"), "\(early)")
        #expect(try await passed(stack) == [1])

        let given = try await dreamnet.run([
            "dlq", "discard", "ingress", "--code", "malformed", "--reason", "no message",
            "--as", "alice", "--no-archive", "-y",
        ])
        #expect(given.code == 0 && given.text.contains("1 letter discarded"), "\(given.text)")
        let rest = try await replay(dreamnet)
        #expect(rest.contains("5 accepted, 0 came back"), "\(rest)")
        #expect(try await passed(stack) == [1, 2, 3, 4, 5, 6])
        try await send(stack, [try Self.message(7)])
        try await eventually("the key is free", within: .seconds(30)) {
            try await passed(stack).last == 7
        }
    }

    private func replay(_ dreamnet: OperatorProgram) async throws -> String {
        try await dreamnet.run([
            "dlq", "replay", "ingress", "--as", "alice", "-y", "--rate", "all", "--max", "all",
        ]).text
    }
}
