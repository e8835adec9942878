import AuditKit
import Contracts
import Glibc
import JSON
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// The shipped runbook for dead letters where a queue's automation acts: buried by
    /// nervous-system, told of by os-core and incident-core, replayed by control-core.
    @Suite struct `A runbook that replays dead letters` {
        /// More than the 100 from which on config/severity.yaml says P2.
        private static let count = 130
        private static let canary = 20
        private static let ingress = BusTopic.ingress
        private static let queue = ServiceName.deadLetterQueue(of: ingress)
        private static let small = "maxMessage: 1KiB"

        private let stack: Stack
        private let dreamnet: OperatorProgram

        init() async throws {
            stack = try Stack(
                try await TestBroker.shared(),
                services: "services:\n  \(Self.queue): {automation: act}\n")
            dreamnet = OperatorProgram(kafka: stack.kafka, home: stack.home.path)
            // Counted and judged as shipped, but more often.
            try change(
                "config/nervous.yaml",
                [
                    ("countDeadLettersEvery: 5s", "countDeadLettersEvery: 500ms"),
                    ("maxMessage: 256KiB", Self.small),
                ])
            try change(
                "config/severity.yaml",
                [
                    (
                        "window: 10s\n    evaluateEvery: 5s",
                        "window: 2s\n    evaluateEvery: 500ms"
                    )
                ])
            try change(
                "config/actions.yaml",
                [("[dreamnet,", "[\(ServiceProcess.program("dreamnet")),")])
        }

        @Test(.timeLimit(.minutes(3)))
        func `sends twenty and then the rest by itself, once what was wrong is mended`()
            async throws
        {
            try await run {
                try change("config/nervous.yaml", [(Self.small, "maxMessage: 256KiB")])
                try await stack.restart(.nervousSystem, by: SIGTERM)
                try await startOthers()
                let canary = try await end(of: "canary")
                #expect(canary.status == .succeeded, "\(canary)")
                let rest = try await end(of: "rest")
                #expect(rest.status == .succeeded, "\(rest)")
                #expect(canary.author == rest.author && canary.incidentId == rest.incidentId)

                // Each letter once: in the ledger, and where it was meant for.
                let entries = try await ledger()
                #expect(Set(entries.map(\.place)).count == Self.count)
                #expect(entries.allSatisfy { $0.resolution == .replayed })
                #expect(
                    Dictionary(grouping: entries, by: \.runId).values.map(\.count).sorted()
                        == [Self.canary, Self.count - Self.canary])
                try await expect(buried: Self.count, waiting: 0)
                try await eventually("all are routed", within: .seconds(30)) {
                    try await routed().count >= Self.count
                }
                #expect(
                    try await routed().sorted() == (0..<Self.count).map { "big-\($0)" }.sorted())

                let incident = try #require(canary.incidentId)
                try await awaitTimeline(
                    of: incident, ["did dead-letters/canary", "did dead-letters/rest"])
                #expect(try await requests() == ["canary", "rest"])
                #expect(try await notifications().allSatisfy { $0.urgency == .ask })
            }
        }

        @Test(.timeLimit(.minutes(3)))
        func `stops and wakes somebody when the twenty come back`() async throws {
            try await run {
                try await startOthers()
                let canary = try await end(of: "canary")
                #expect(canary.status == .failed && canary.code == .effectFailed, "\(canary)")
                try await eventually("somebody is woken", within: .seconds(30)) {
                    try await notifications().contains { $0.urgency == .page }
                }
                let pages = try await notifications().filter { $0.urgency == .page }
                #expect(pages.count == 1)
                #expect(pages.first?.title.contains("an action did not end well") == true)
                #expect(
                    pages.first?.commands?.first == "dreamnet actions show \(canary.commandId)")
                let incident = try #require(canary.incidentId)
                try await awaitTimeline(of: incident, ["dead-letters/canary failed"])
                let view = try await response(to: incident)
                #expect(view?.state == "gave_up", "\(String(describing: view))")

                // It may see that the first of the twenty come back before it has sent the last:
                // all that went came back, and nothing else was sent.
                #expect(try await requests() == ["canary"])
                let sent = try await ledger().count
                #expect((1...Self.canary).contains(sent))
                try await expect(buried: Self.count + sent, waiting: Self.count)
                #expect(try await routed().isEmpty)
            }
        }

        // MARK: What it does

        private func change(_ file: String, _ pairs: [(String, String)]) throws {
            var text = try #require(stack.home.text(of: file))
            for (old, new) in pairs {
                try #require(text.contains(old), "\(file) has no '\(old)'")
                text.replace(old, with: new)
            }
            try stack.home.write(text, to: file)
        }

        /// Runs `body` with the letters buried, and nervous-system alone.
        private func run(_ body: () async throws -> Void) async throws {
            try await stack.run([.nervousSystem]) { _ in
                try await bury()
                try await body()
            }
        }

        /// Messages that are larger than nervous-system takes as it is set.
        private func bury() async throws {
            let kafka = stack.kafka
            try await offPool {
                let producer = try KafkaProducer(kafka, log: { _ in })
                defer { producer.close() }
                for number in 0..<Self.count {
                    let value = """
                        {"id":"big-\(number)","ts":\(SystemClock.nowMs()),"role":"service",\
                        "topic":"signal","payload":{"type":"golden_signal_values",\
                        "service":"checkout","instance":"a","latencyP95Ms":100,\
                        "note":"\(String(repeating: "x", count: 1_500))"}}
                        """
                    #expect(
                        producer.post(
                            NewRecord(
                                topic: Self.ingress.rawValue, partition: nil,
                                key: Array("k\(number % 7)".utf8), value: Array(value.utf8))))
                }
                try producer.flush(deadlineMs: 20_000)
            }
            try await expect(buried: Self.count, waiting: Self.count)
        }

        private func startOthers() async throws {
            for service in Service.allCases where service != .nervousSystem {
                try stack.start(service)
            }
            try await stack.awaitReady()
        }

        // MARK: What it sees

        private func end(of step: String) async throws -> OutcomePayload {
            let found = try await eventualValue("the end of \(step)", within: .seconds(60)) {
                let ends = try await BusReader.messages(
                    stack.kafka, of: .outcome, as: OutcomePayload.self
                ).map(\.payload).filter { $0.final && $0.copy != true && $0.step == step }
                return ends.isEmpty ? nil : ends
            }
            #expect(found.count == 1 && found[0].runbook == "dead-letters", "\(found)")
            return found[0]
        }

        private func expect(
            buried: Int, waiting: Int, at location: SourceLocation = #_sourceLocation
        ) async throws {
            try await eventually("\(buried) letters", within: .seconds(30)) {
                try await BusReader.records(stack.kafka, of: [Self.ingress.deadLetterName]).count
                    >= buried
            }
            let run = try await dreamnet.run(["dlq", "status", "--json"])
            let status = try JSON.parse(Array(run.output.utf8)).arrayValue?.first {
                $0["topic"]?.stringValue == Self.ingress.deadLetterName
            }
            #expect(
                status?["letters"]?.intValue == Int64(waiting), "\(run.text)",
                sourceLocation: location)
            #expect(
                status?["resolved"]?.intValue == Int64(buried - waiting), "\(run.text)",
                sourceLocation: location)
        }

        private func ledger() async throws -> [LedgerEntryPayload] {
            try await BusReader.messages(stack.kafka, of: .ledger, as: LedgerEntryPayload.self)
                .map(\.payload)
        }

        /// The ids of what went on to `nervous.signal`.
        private func routed() async throws -> [String] {
            try await BusReader.messages(stack.kafka, of: .signal, as: SignalValuesPayload.self)
                .map(\.envelope.id).filter { $0.hasPrefix("big-") }
        }

        /// The steps that were ordered.
        private func requests() async throws -> [String] {
            try await BusReader.messages(stack.kafka, of: .request, as: RequestPayload.self)
                .compactMap(\.payload.step)
        }

        private func notifications() async throws -> [NotificationPayload] {
            try await BusReader.messages(
                stack.kafka, of: .notification, as: NotificationPayload.self
            ).map(\.payload).filter { $0.service == Self.queue }
        }

        private func response(to incident: String) async throws -> ResponseView? {
            try await BusReader.messages(stack.kafka, of: .view, as: ResponseView.self)
                .map(\.payload).last { $0.incidentId == incident }
        }

        private func awaitTimeline(of incident: String, _ lines: [String]) async throws {
            try await eventually("\(lines) of \(incident)", within: .seconds(30)) {
                let run = try await dreamnet.run(["incidents", "show", incident])
                return lines.allSatisfy { run.text.contains($0) }
            }
        }
    }
}
