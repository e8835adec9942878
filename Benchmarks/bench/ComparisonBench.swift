internal import CommandLineKit
internal import StreamsKafka

/// The C program and our pipeline, in turn, on the same input.
struct ComparisonBench {
    private enum Side: String, CaseIterable { case c, swift }

    private let comparison: Comparison
    private let kafka: KafkaConfiguration
    private let messages: Int
    private let rounds: Int

    init(_ comparison: Comparison, _ invocation: Invocation) throws {
        self.comparison = comparison
        kafka = try BenchOptions.kafka(invocation)
        let given = try invocation[BenchOptions.messages]
        messages = given > 0 ? given : comparison.messages
        rounds = try invocation[BenchOptions.rounds]
    }

    func run(_ out: Console) throws -> ExitCode {
        out.line(
            """
            | partitions | | messages/s, median | each round, thousands/s | messages a \
            transaction | CPU µs/message, median |
            |---|---|---|---|---|---|
            """)
        if comparison.kind == .signals {
            try BenchTopics.make(["nervous.alert", "nervous.view"], partitions: 4, on: kafka)
        }
        for partitions in comparison.partitions { try measure(partitions, out) }
        return .success
    }

    private func measure(_ partitions: Int, _ out: Console) throws {
        let input = "in-\(partitions)"
        try BenchTopics.make(
            [input, input + ".dlq", "out-\(partitions)"], partitions: Int32(partitions),
            on: kafka)
        _ = try BenchProcess.run(
            "bench-c",
            ["fill", "--kind", comparison.input] + common(input, partitions))
        var results: [Side: [RoundResult]] = [:]
        // The first round warms broker and page cache, and does not count.
        for round in 0...rounds {
            for side in Side.allCases {
                let result = try run(
                    side, input, group: "\(side.rawValue)-\(partitions)-\(round)", partitions)
                if round > 0 { results[side, default: []].append(result) }
            }
        }
        let c = results[.c] ?? []
        let swift = results[.swift] ?? []
        out.line(Self.row("\(partitions)", "C on librdkafka", c))
        out.line(Self.row("", "pipeline", swift))
        let speed = Self.ratio(swift, c, \.perSecond)
        let cpu = Self.ratio(swift, c, \.cpuUsPerMessage)
        out.line(
            "| | **pipeline over C** (goal: \(Statistics.text(comparison.goal, digits: 1))) "
                + "| **\(speed)** | | | **\(cpu)** |")
    }

    private func run(
        _ side: Side, _ input: String, group: String, _ partitions: Int
    ) throws -> RoundResult {
        let prefix = kafka.topicPrefix
        let output = try output(of: group, partitions)
        switch side {
        case .c:
            let target =
                comparison.verb == "count"
                ? ["--changelog", prefix + output] : ["--out", prefix + output]
            return try RoundResult(
                parsing: BenchProcess.run(
                    "bench-c",
                    [comparison.verb] + common(input, partitions) + target
                        + ["--group", prefix + group, "--transaction", "\(comparison.transaction)"]
                ))
        case .swift:
            return try RoundProcess(kafka).run(
                comparison.kind, input: input, output: output, group: group, messages: messages,
                partitions: partitions, transaction: comparison.transaction)
        }
    }

    /// What is passed on all goes to one topic. A changelog is each round's own: its table begins
    /// empty.
    private func output(of group: String, _ partitions: Int) throws -> String {
        guard comparison.kind != .passThrough else { return "out-\(partitions)" }
        try BenchTopics.make([group], partitions: Int32(partitions), on: kafka)
        return group
    }

    private func common(_ input: String, _ partitions: Int) -> [String] {
        [
            "--bootstrap", kafka.bootstrapServers, "--in", kafka.topicPrefix + input,
            "--partitions", "\(partitions)", "--messages", "\(messages)", "--keys",
            "\(comparison.keys)",
        ]
    }

    private static func ratio(
        _ ours: [RoundResult], _ theirs: [RoundResult], _ figure: (RoundResult) -> Double
    ) -> String {
        Statistics.text(
            Statistics.median(ours.map(figure)) / Statistics.median(theirs.map(figure)), digits: 2)
    }

    private static func row(_ partitions: String, _ side: String, _ rounds: [RoundResult]) -> String
    {
        let speed = Statistics.median(rounds.map(\.perSecond))
        let cpu = Statistics.median(rounds.map(\.cpuUsPerMessage))
        let size = Statistics.median(rounds.map(\.messagesPerTransaction))
        let digits = speed < 10_000 ? 2 : 0
        let each = rounds.map { Statistics.text($0.perSecond / 1000, digits: digits) }
        return "| \(partitions) | \(side) | \(Statistics.text(speed / 1000, digits: digits)) k | "
            + "\(each.joined(separator: ", ")) | \(Statistics.text(size, digits: 0)) | "
            + "\(Statistics.text(cpu, digits: 2)) |"
    }
}
