internal import CommandLineKit
internal import Contracts
internal import Processes
internal import Runtime
internal import Streams
internal import StreamsKafka

/// `dreamnet dlq status` and `dreamnet dlq replay` over many dead letters, as a person runs them.
struct LetterBench {
    private struct Run {
        let seconds: Double
        let peakMB: Double
    }

    /// What docs/dead-letters.md promises.
    private static let statusSecondsMax = 5.0
    private static let perSecondMin = 50_000.0
    /// A replay of many takes no more memory than this times that of a third of them, of which the
    /// one of two that took more counts: a peak depends on who happened to wait for whom.
    private static let growthMax = 1.25
    private static let topic = BusTopic.signal
    private static let keys = 1_000
    private static let transaction = 10_000

    private let kafka: KafkaConfiguration
    private let home: String
    private let letters: Int

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        home = try invocation[BenchOptions.home]
        let given = try invocation[BenchOptions.messages]
        letters = given > 0 ? given : 1_000_000
    }

    func run(_ out: Console) throws -> ExitCode {
        _ = try dreamnet(["topics", "apply"])
        try fill()
        let waiting = try dreamnet(["dlq", "status"])
        let fifth = letters / 5
        let few = [try replay(fifth), try replay(fifth)]
        let rest = try replay(letters - 2 * fifth)
        let resolved = try dreamnet(["dlq", "status"])
        let speed = Double(letters - 2 * fifth) / rest.seconds
        let growth = rest.peakMB / (few.map(\.peakMB).max() ?? rest.peakMB)
        let bounds = [
            waiting.seconds <= Self.statusSecondsMax, resolved.seconds <= Self.statusSecondsMax,
            speed >= Self.perSecondMin, growth <= Self.growthMax,
        ]
        func row(_ what: String, _ count: Int, _ run: Run, _ bound: Bool) {
            out.line(
                "| \(what) | \(count) | \(Statistics.text(run.seconds, digits: 2)) | "
                    + "\(Statistics.text(Double(count) / run.seconds / 1_000, digits: 0)) k | "
                    + "\(Statistics.text(run.peakMB, digits: 0)) | \(bound ? "yes" : "NO") |")
        }
        out.line(
            """
            | `dreamnet dlq` | letters | seconds, start of the program and end included | \
            letters/s | peak resident, MB | within its bound |
            |---|---|---|---|---|---|
            """)
        row("status, all wait", letters, waiting, bounds[0])
        for run in few { row("replay, a fifth of them", fifth, run, true) }
        row("replay, the others", letters - 2 * fifth, rest, bounds[2] && bounds[3])
        row("status, all replayed", letters, resolved, bounds[1])
        return bounds.allSatisfy { $0 } ? .success : .failure
    }

    private func replay(_ count: Int) throws -> Run {
        try dreamnet([
            "dlq", "replay", Self.topic.kind, "--as", "bench", "--yes", "--rate", "all", "--max",
            "\(count)",
        ])
    }

    /// Letters as a service writes them, all of an hour ago.
    private func fill() throws {
        let name = Self.topic.deadLetterName
        let writer = try TransactionalWriter(
            id: "fill", topics: [name], kafka, log: { _ in })
        try writer.takeOver()
        let nowMs = SystemClock.nowMs()
        for number in 0..<letters {
            if number.isMultiple(of: Self.transaction) { try writer.begin() }
            let payload = SignalValuesPayload(
                service: "service-\(number % Self.keys)", instance: "a",
                latencyP95Ms: Double(number % 400))
            let value = try Envelope(
                id: "letter-\(number)", ts: nowMs - 3_600_000, role: .service, payload
            ).serialized()
            try writer.add(
                topic: 0, key: Array(payload.service.utf8), value: value,
                headers: Self.headers(number, nowMs))
            let isLast = number == letters - 1
            if isLast || (number + 1).isMultiple(of: Self.transaction) { try writer.commit() }
        }
    }

    private static func headers(_ number: Int, _ nowMs: Int64) -> [RecordHeader] {
        [
            RecordHeader("content-type", text: "application/json"),
            RecordHeader(DeadLetter.Header.topic, text: topic.rawValue),
            RecordHeader(DeadLetter.Header.partition, text: "0"),
            RecordHeader(DeadLetter.Header.offset, text: "\(number)"),
            RecordHeader(DeadLetter.Header.service, text: "os-core"),
            RecordHeader(DeadLetter.Header.code, text: number % 3 == 0 ? "stale" : "schema"),
            RecordHeader(DeadLetter.Header.message, text: "payload.errorRate: above 1"),
            RecordHeader(DeadLetter.Header.attempt, text: "1"),
            RecordHeader(DeadLetter.Header.firstFailure, text: "\(nowMs - 3_600_000)"),
            RecordHeader(DeadLetter.Header.lastFailure, text: "\(nowMs - 3_600_000)"),
        ]
    }

    private func dreamnet(_ arguments: [String]) throws -> Run {
        let startUs = BenchClock.monotonicUs()
        let process = try BenchProcess.start(
            "dreamnet",
            arguments + [
                "--bootstrap", kafka.bootstrapServers, "--topic-prefix", kafka.topicPrefix,
                "--home", home,
            ], log: "/dev/null")
        var peakMB = 0.0
        while process.terminationStatus == nil {
            peakMB = max(peakMB, ServiceSet.memoryMB(of: process, "VmHWM:"))
            guard BenchClock.monotonicUs() - startUs < 300_000_000 else {
                process.kill()
                throw CommandFailure("dreamnet \(arguments.joined(separator: " ")) does not end")
            }
            BenchClock.pause(us: 5_000)
        }
        guard process.terminationStatus == .exited(0) else {
            throw CommandFailure("dreamnet \(arguments.joined(separator: " ")) failed")
        }
        return Run(
            seconds: Double(BenchClock.monotonicUs() - startUs) / 1e6, peakMB: peakMB)
    }
}
