internal import CommandLineKit
internal import StreamsKafka

/// The pass-through of the C program and of our pipeline, in turn, on the same input.
struct ThroughputBench {
    private enum Side: String, CaseIterable { case c, swift }

    private let kafka: KafkaConfiguration
    private let messages: Int
    private let rounds: Int
    private let partitionCounts: [Int]

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        messages = try invocation[BenchOptions.messages]
        rounds = try invocation[BenchOptions.rounds]
        let given = try invocation[BenchOptions.partitions]
        partitionCounts = given.isEmpty ? [1, 4] : given
    }

    func run(_ out: Console) throws -> ExitCode {
        out.line(
            """
            | partitions | | messages/s, median | each round, thousands/s | messages a \
            transaction | CPU µs/message, median |
            |---|---|---|---|---|---|
            """)
        for partitions in partitionCounts { try measure(partitions, out) }
        return .success
    }

    private func measure(_ partitions: Int, _ out: Console) throws {
        let input = "bench-in-\(partitions)"
        let output = "bench-out-\(partitions)"
        try BenchTopics.make(
            [input, input + ".dlq", output], partitions: Int32(partitions), on: kafka)
        _ = try BenchProcess.run("bench-c", ["fill"] + common(input, partitions))
        var results: [Side: [RoundResult]] = [:]
        // The first round warms broker and page cache, and does not count.
        for round in 0...rounds {
            for side in Side.allCases {
                let group = "bench-\(side.rawValue)-\(partitions)-\(round)"
                let result = try run(side, input, output, group, partitions)
                if round > 0 { results[side, default: []].append(result) }
            }
        }
        let c = results[.c] ?? []
        let swift = results[.swift] ?? []
        out.line(Self.row("\(partitions)", "C on librdkafka", c))
        out.line(Self.row("", "pipeline", swift))
        let speed =
            Statistics.median(swift.map(\.perSecond)) / Statistics.median(c.map(\.perSecond))
        let cpu =
            Statistics.median(swift.map(\.cpuUsPerMessage))
            / Statistics.median(c.map(\.cpuUsPerMessage))
        out.line(
            "| | **pipeline over C** | **\(Statistics.text(speed, digits: 2))** | | "
                + "| **\(Statistics.text(cpu, digits: 2))** |")
    }

    private func run(
        _ side: Side, _ input: String, _ output: String, _ group: String, _ partitions: Int
    ) throws -> RoundResult {
        switch side {
        case .c:
            let prefix = kafka.topicPrefix
            let line = try BenchProcess.run(
                "bench-c",
                ["pass-through"] + common(input, partitions)
                    + ["--out", prefix + output, "--group", prefix + group])
            return try RoundResult(parsing: line)
        case .swift:
            let line = try BenchProcess.run(
                "bench",
                [
                    "pass-through", "--bootstrap", kafka.bootstrapServers, "--topic-prefix",
                    kafka.topicPrefix, "--in", input, "--out", output, "--group", group,
                    "--messages", "\(messages)",
                ])
            return try RoundResult(parsing: line)
        }
    }

    private func common(_ input: String, _ partitions: Int) -> [String] {
        [
            "--bootstrap", kafka.bootstrapServers, "--in", kafka.topicPrefix + input,
            "--partitions", "\(partitions)", "--messages", "\(messages)",
        ]
    }

    private static func row(_ partitions: String, _ side: String, _ rounds: [RoundResult]) -> String
    {
        let speed = Statistics.median(rounds.map(\.perSecond))
        let cpu = Statistics.median(rounds.map(\.cpuUsPerMessage))
        let size = Statistics.median(rounds.map(\.messagesPerTransaction))
        let each = rounds.map { Statistics.text($0.perSecond / 1000, digits: 0) }
        return "| \(partitions) | \(side) | \(Statistics.text(speed / 1000, digits: 0)) k | "
            + "\(each.joined(separator: ", ")) | \(Statistics.text(size, digits: 0)) | "
            + "\(Statistics.text(cpu, digits: 2)) |"
    }
}
