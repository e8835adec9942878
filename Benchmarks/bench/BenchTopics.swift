internal import CommandLineKit
internal import StreamsKafka

/// The topics of a benchmark, which leave the broker with it.
enum BenchTopics {
    static func make(
        _ names: [String], partitions: Int32, on kafka: KafkaConfiguration
    ) throws {
        let admin = try KafkaAdmin(kafka, log: { _ in })
        let failed = try admin.createTopics(
            names.map { NewTopic($0, partitions: partitions) }, timeoutMs: 30_000)
        if let (name, error) = failed.first {
            throw CommandFailure("the topic \(name) cannot be made: \(error)")
        }
    }

    /// Runs `body`, and removes every topic of the prefix whatever comes of it.
    static func clean(
        _ invocation: Invocation, _ body: () async throws -> ExitCode
    ) async throws -> ExitCode {
        let kafka = try BenchOptions.kafka(invocation)
        defer {
            if let admin = try? KafkaAdmin(kafka, log: { _ in }),
                let names = try? admin.metadata().topics.map(\.name)
            {
                _ = try? admin.deleteTopics(names)
            }
        }
        return try await body()
    }
}
