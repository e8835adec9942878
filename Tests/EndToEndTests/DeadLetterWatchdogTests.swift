import AuditKit
import Contracts
import Runtime
import StreamsKafka
import TestKit
import Testing

/// The watchdogs of dead letters: counted by nervous-system, judged by os-core, with the real
/// programs on a real broker.
@Suite(.onApacheKafka, .serialized) struct DeadLetterWatchdogTests {
    @Test(.timeLimit(.minutes(4)))
    func `a queue that grows is an alert and an incident, and its replay clears it`() async throws {
        let stack = try Stack(try await TestBroker.shared())
        let nervous = try #require(stack.home.text(of: "config/nervous.yaml"))
        try stack.home.write(
            nervous.replacing("countDeadLettersEvery: 5s", with: "countDeadLettersEvery: 500ms"),
            to: "config/nervous.yaml")
        let severity = try #require(stack.home.text(of: "config/severity.yaml"))
        try stack.home.write(
            severity.replacing("window: 10s", with: "window: 2s"), to: "config/severity.yaml")
        do {
            try await run(stack)
        } catch {
            await stack.remove()
            throw error
        }
        await stack.remove()
    }

    private func run(_ stack: Stack) async throws {
        try await stack.applyTopics()
        let nervous = try stack.start(.nervousSystem)
        try stack.start(.osCore)
        try stack.start(.incidentCore)
        try await stack.awaitReady()
        let load = LetterLoad(stack.kafka, count: 150)
        try await offPool { try load.write() }
        try await eventually("the letters are counted", within: .seconds(30)) {
            await nervous.metric("dreamnet_dead_letter_depth") == 150
        }
        try await eventually("the queue is an alert", within: .seconds(60)) {
            try await alerts(stack).contains {
                $0.type == "alert_raised" && $0.signal == .deadLetters && $0.severity == .p2
            }
        }
        try await eventually("the queue is an incident", within: .seconds(30)) {
            try await BusReader.messages(stack.kafka, of: .incident, as: IncidentPayload.self)
                .contains { $0.payload.service == "dlq-signal" }
        }
        // Killed, it counts anew when it is back, and comes to the same.
        try await stack.restart(.nervousSystem, by: 9)
        try await stack.awaitReady()
        let dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
        let replay = try await dreamnet.run([
            "dlq", "replay", "signal", "--as", "alice", "-y", "--rate", "all", "--max", "110",
        ])
        #expect(replay.text.contains("110 letters sent"), "\(replay.text)")
        let again = try stack.process(.nervousSystem)
        try await eventually("the depth falls", within: .seconds(30)) {
            await again.metric("dreamnet_dead_letter_depth") == 40
        }
        try await eventually("the alert is cleared", within: .seconds(60)) {
            try await alerts(stack).last?.type == "alert_cleared"
        }
    }

    private func alerts(_ stack: Stack) async throws -> [AlertPayload] {
        try await BusReader.messages(stack.kafka, of: .alert, as: AlertPayload.self)
            .map(\.payload).filter { $0.service == "dlq-signal" }
    }
}
