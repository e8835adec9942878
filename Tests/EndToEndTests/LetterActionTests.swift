import AuditKit
import Contracts
import Runtime
import StreamsKafka
import TestKit
import Testing

/// Dead letters replayed and drained by an order: the shipped actions, with the real programs.
@Suite(.onApacheKafka, .serialized) struct LetterActionTests {
    private static func order(
        _ stack: Stack, _ id: String, _ action: String, _ arguments: [(String, String)]
    ) async throws {
        let list = arguments.map { #"{"name":"\#($0)","value":"\#($1)"}"# }.joined(separator: ",")
        let producer = try KafkaProducer(stack.kafka, log: { _ in })
        defer { producer.close() }
        _ = try await producer.send(
            topic: BusTopic.command.rawValue, key: Array("checkout".utf8),
            value: Array(
                """
                {"id":"\(id)","ts":\(SystemClock.nowMs()),"role":"operator","topic":"command",\
                "payload":{"type":"run_action","author":"alice","service":"checkout",\
                "action":"\(action)","arguments":[\(list)]}}
                """.utf8))
    }

    private static func awaitEnd(_ stack: Stack, of id: String) async throws -> OutcomePayload {
        var end: OutcomePayload?
        try await eventually("the end of \(id)", within: .seconds(60)) {
            end = try await BusReader.messages(
                stack.kafka, of: .outcome, as: OutcomePayload.self
            ).map(\.payload).first { $0.commandId == id && $0.final && $0.copy != true }
            return end != nil
        }
        return try #require(end)
    }

    @Test(.timeLimit(.minutes(3)))
    func `an order replays and drains dead letters, and its outcome says so`() async throws {
        let stack = try Stack(try await TestBroker.shared())
        let actions = try #require(stack.home.text(of: "config/actions.yaml"))
        try stack.home.write(
            actions.replacing("[dreamnet,", with: "[\(ServiceProcess.program("dreamnet")),"),
            to: "config/actions.yaml")
        try await stack.run([.controlCore]) { stack in
            let load = LetterLoad(stack.kafka, count: 30)
            try await offPool { try load.write() }
            try await Self.order(
                stack, "replay-1", "dlq-replay", [("topic", "signal"), ("max", "12")])
            let replayed = try await Self.awaitEnd(stack, of: "replay-1")
            #expect(replayed.status.isSuccess, "\(replayed)")
            #expect(try await offPool { try load.audit().arrived } == 12)
            try await Self.order(
                stack, "drain-1", "dlq-drain", [("topic", "signal"), ("reason", "an old backlog")])
            let drained = try await Self.awaitEnd(stack, of: "drain-1")
            #expect(drained.status.isSuccess, "\(drained)")
            let told = try await BusReader.messages(
                stack.kafka, of: .alert, as: ControlEventPayload.self
            ).map(\.payload).filter { $0.type == "dlq_drained" && $0.copy != true }
            #expect(told.map(\.drainedCount) == [18])
            try await Self.order(stack, "bad-1", "dlq-replay", [("topic", "command")])
            let refused = try await Self.awaitEnd(stack, of: "bad-1")
            #expect(!refused.status.isSuccess, "\(refused)")
        }
    }
}
