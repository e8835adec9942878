import AuditKit
import Contracts
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// Dead commands that are given again, with the real programs on a real broker.
@Suite(.onApacheKafka, .serialized) struct ReissueTests {
    private func replay(
        _ dreamnet: OperatorProgram, _ more: String...
    ) async throws -> OperatorProgram.Run {
        try await dreamnet.run(
            ["dlq", "replay", "command", "--as", "bob", "-y", "--rate", "all"] + more)
    }

    private func outcomes(_ stack: Stack, of id: String) async throws -> [OutcomePayload] {
        try await BusReader.messages(stack.kafka, of: .outcome, as: OutcomePayload.self)
            .map(\.payload).filter { $0.commandId == id && $0.final && $0.copy != true }
    }

    @Test(.timeLimit(.minutes(3)))
    func `a stale command is given again once, whatever happens to the ledger`() async throws {
        try await Stack(try await TestBroker.shared()).run([.controlCore], giveAgain)
    }

    private func giveAgain(_ stack: Stack) async throws {
        let producer = try KafkaProducer(stack.kafka, log: { _ in })
        defer { producer.close() }
        // An hour old: control-core refuses it itself.
        _ = try await producer.send(
            topic: BusTopic.command.rawValue, key: Array("checkout".utf8),
            value: Array(
                """
                {"id":"old","ts":\(SystemClock.nowMs() - 3_600_000),"role":"operator",\
                "topic":"command","payload":{"type":"set_safe_mode","author":"alice",\
                "service":"checkout","enabled":true}}
                """.utf8))
        let dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
        try await eventually("it lies dead", within: .seconds(30)) {
            try await dreamnet.run(["dlq", "list", "command"]).text.contains("stale")
        }
        let refused = try await replay(dreamnet)
        #expect(refused.code == 3 && refused.text.contains("--reissue"), "\(refused.text)")

        let given = try await replay(dreamnet, "--reissue")
        #expect(given.code == 0 && given.text.contains("1 letter sent"), "\(given.text)")
        let again = try await replay(dreamnet, "--reissue")
        #expect(again.text.contains("0 letters sent"), "\(again.text)")
        // As after a kill between the order and its entry in the ledger.
        _ = try await producer.send(
            topic: BusTopic.ledger.rawValue, key: Array("command/0/0".utf8), value: nil)
        let repeated = try await replay(dreamnet, "--reissue")
        #expect(repeated.text.contains("1 letter sent"), "\(repeated.text)")

        let id = "old~command/0/0"
        try await eventually("its outcome", within: .seconds(30)) {
            try await !outcomes(stack, of: id).isEmpty
        }
        // What comes after both has an outcome: both were taken.
        _ = try await dreamnet.run([
            "safe-mode", "off", "--service", "checkout", "--as", "bob", "--wait",
        ])
        let ends = try await outcomes(stack, of: id)
        #expect(ends.map(\.status) == [.succeeded], "\(ends)")
        let orders = try await BusReader.messages(
            stack.kafka, of: .command, as: CommandPayload.self)
        #expect(orders.filter { $0.envelope.id == id }.map(\.payload.author) == ["bob", "bob"])
    }
}
