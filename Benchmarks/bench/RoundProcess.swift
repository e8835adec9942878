internal import StreamsKafka

/// Runs rounds of the Swift side, each as a process of its own.
struct RoundProcess {
    private let kafka: KafkaConfiguration

    init(_ kafka: KafkaConfiguration) { self.kafka = kafka }

    func run(
        _ kind: RoundKind, input: String, output: String, group: String, messages: Int,
        partitions: Int, transaction: Int = 10_000
    ) throws -> RoundResult {
        try RoundResult(
            parsing: BenchProcess.run(
                "bench",
                [
                    "round", "--bootstrap", kafka.bootstrapServers, "--topic-prefix",
                    kafka.topicPrefix, "--kind", kind.rawValue, "--in", input, "--out", output,
                    "--group", group, "--messages", "\(messages)", "--transaction",
                    "\(transaction)", "--partitions", "\(partitions)",
                ]))
    }
}
