internal import CommandLineKit
internal import StreamsKafka

/// How long a table takes to come back from its changelog, by the number of its keys.
struct RestoreBench {
    private struct Case {
        let keys: Int
        let records: Int
        let partitions: Int
    }

    private let kafka: KafkaConfiguration
    private let rounds: Int
    private let cases = [
        Case(keys: 10_000, records: 10_000, partitions: 1),
        Case(keys: 100_000, records: 100_000, partitions: 1),
        Case(keys: 1_000_000, records: 1_000_000, partitions: 1),
        Case(keys: 100_000, records: 2_000_000, partitions: 1),
        Case(keys: 100_000, records: 2_000_000, partitions: 4),
        Case(keys: 1_000_000, records: 2_000_000, partitions: 4),
    ]

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        rounds = try invocation[BenchOptions.rounds]
    }

    func run(_ out: Console) throws -> ExitCode {
        out.line(
            """
            | keys | records | partitions | restored within, ms, median | records/s, median | each \
            round, thousands/s | CPU µs/record, median |
            |---|---|---|---|---|---|---|
            """)
        for (index, one) in cases.enumerated() { out.line(try measure(one, "changelog-\(index)")) }
        return .success
    }

    private func measure(_ one: Case, _ changelog: String) throws -> String {
        let input = changelog + "-in"
        try BenchTopics.make(
            [changelog, input, input + ".dlq"], partitions: Int32(one.partitions), on: kafka)
        _ = try BenchProcess.run(
            "bench-c",
            [
                "fill", "--kind", "changelog", "--bootstrap", kafka.bootstrapServers, "--in",
                kafka.topicPrefix + changelog, "--partitions", "\(one.partitions)", "--messages",
                "\(one.records)", "--keys", "\(one.keys)",
            ])
        var results: [RoundResult] = []
        for round in 0...rounds {
            let result = try RoundProcess(kafka).run(
                .restore, input: input, output: changelog, group: "\(changelog)-\(round)",
                messages: one.records, partitions: one.partitions)
            guard result.messages == one.records + one.partitions else {
                throw CommandFailure("\(result.messages) records came back of \(one.records)")
            }
            if round > 0 { results.append(result) }
        }
        let speed = Statistics.median(results.map(\.perSecond)) / 1000
        let each = results.map { Statistics.text($0.perSecond / 1000, digits: 0) }
        return "| \(one.keys) | \(one.records) | \(one.partitions) | "
            + "\(Statistics.text(Statistics.median(results.map(\.seconds)) * 1000, digits: 0)) | "
            + "\(Statistics.text(speed, digits: 0)) k | \(each.joined(separator: ", ")) | "
            + "\(Statistics.text(Statistics.median(results.map(\.cpuUsPerMessage)), digits: 2)) |"
    }
}
