import AuditKit
import Contracts
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// The watchdogs of dead letters: counted by nervous-system, judged by os-core, with the real
/// programs on a real broker.
@Suite(.onApacheKafka, .serialized) struct DeadLetterWatchdogTests {
    @Test(.timeLimit(.minutes(4)))
    func `a queue that grows is an alert and an incident, and its replay clears it`() async throws {
        try await Self.quickStack().run([.nervousSystem, .osCore, .incidentCore], grow)
    }

    /// Letters are counted, and judged, within seconds.
    private static func quickStack() async throws -> Stack {
        let stack = try Stack(try await TestBroker.shared())
        let nervous = try #require(stack.home.text(of: "config/nervous.yaml"))
        try stack.home.write(
            nervous.replacing("countDeadLettersEvery: 5s", with: "countDeadLettersEvery: 500ms"),
            to: "config/nervous.yaml")
        let severity = try #require(stack.home.text(of: "config/severity.yaml"))
        try stack.home.write(
            severity.replacing("window: 10s", with: "window: 2s"), to: "config/severity.yaml")
        return stack
    }

    private func grow(_ stack: Stack) async throws {
        let nervous = try stack.process(.nervousSystem)
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

    @Test(.timeLimit(.minutes(4)))
    func `an input that mostly makes dead letters is slowed with one alert, commands never are`()
        async throws
    {
        try await Self.quickStack().run { stack in
            let commands = (0..<150).map { "no command \($0)" }
            try await Self.send(commands, to: .command, stack)
            try await Self.send((0..<130).map { "no signal \($0)" }, to: .signal, stack)
            try await eventually("it is an alert", within: .seconds(30)) {
                try await alerts(stack, of: "slow-signal").map(\.type) == ["alert_raised"]
            }
            let raised = try await alerts(stack, of: "slow-signal")[0]
            #expect(raised.severity == .p1 && raised.unit == "tasks")
            try await eventually("it is an incident", within: .seconds(30)) {
                try await BusReader.messages(
                    stack.kafka, of: .incident, as: IncidentPayload.self
                ).contains { $0.payload.service == "slow-signal" }
            }
            // Killed meanwhile, nervous-system says the same again: no second alert.
            try await stack.restart(.nervousSystem, by: 9)
            try await stack.awaitReady()
            let good = """
                {"id":"good","ts":\(SystemClock.nowMs()),"role":"service","topic":"signal",\
                "payload":{"type":"golden_signal_values","service":"checkout","instance":"a",\
                "cpu":0.1}}
                """
            try await Self.send([good, "no signal at all"], to: .signal, stack)
            try await eventually("it is cleared", within: .seconds(60)) {
                try await alerts(stack, of: "slow-signal").last?.type == "alert_cleared"
            }
            #expect(
                try await alerts(stack, of: "slow-signal").map(\.type)
                    == ["alert_raised", "alert_cleared"])
            // All of the commands lie dead, and none of them was slowed.
            let letters = try await BusReader.records(
                stack.kafka, of: [BusTopic.command.deadLetterName])
            #expect(letters.count == 150)
            #expect(letters.allSatisfy { $0.headerText(DeadLetter.Header.slowed) == nil })
            #expect(try await alerts(stack, of: "slow-command").isEmpty)
        }
    }

    private static func send(
        _ values: [String], to topic: BusTopic, _ stack: Stack
    ) async throws {
        let producer = try KafkaProducer(stack.kafka) { _ in }
        defer { producer.close() }
        for value in values {
            producer.post(
                NewRecord(
                    topic: topic.rawValue, key: Array("checkout".utf8), value: Array(value.utf8)))
        }
        try await offPool { try producer.flush(deadlineMs: 30_000) }
        #expect(producer.failedPosts == 0)
    }

    private func alerts(
        _ stack: Stack, of service: String = "dlq-signal"
    ) async throws -> [AlertPayload] {
        try await BusReader.messages(stack.kafka, of: .alert, as: AlertPayload.self)
            .map(\.payload).filter { $0.service == service }
    }
}
