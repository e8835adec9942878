internal import CommandLineKit
internal import Contracts
internal import Runtime
internal import StreamsKafka

/// From the append of the signal that completes a condition to a read_committed read of the flag,
/// through the four services, each detection on a service of its own.
struct LatencyBench {
    private let kafka: KafkaConfiguration
    private let home: String
    private let logs: String
    private let detections: Int
    private let warmUp: Int
    private let rate: Int

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        home = try invocation[BenchOptions.home]
        logs = try invocation[BenchOptions.logs]
        detections = try invocation[BenchOptions.detections]
        warmUp = try invocation[BenchOptions.warmUp]
        rate = try invocation[BenchOptions.rate]
    }

    func run(_ out: Console) async throws -> ExitCode {
        let services = ServiceSet(kafka, home: home, logs: logs)
        try services.applyTopics()
        for name in ServiceSet.names { _ = try services.start(name) }
        let hops = try HopReader(
            kafka, topics: [.alert, .incident, .request], count: warmUp + detections)
        let flags = try HopReader(kafka, topics: [.flags], count: warmUp + detections)
        defer {
            hops.stop()
            flags.stop()
        }
        let feed = try SignalFeed(kafka, count: warmUp + detections, rate: rate)
        let appendedMs = try await feed.run()
        let endMs = SystemClock.monotonicMs() + 15_000
        while flags.seenCount(.flags) < warmUp + detections, SystemClock.monotonicMs() < endMs {
            try services.checkAlive()
            try await Task.sleep(for: .milliseconds(20))
        }
        let report = LatencyReport(
            appendedMs: Array(appendedMs.dropFirst(warmUp)),
            seenUs: [BusTopic.alert, .incident, .request].map {
                Array(hops.seenUs($0).dropFirst(warmUp))
            } + [Array(flags.seenUs(.flags).dropFirst(warmUp))])
        report.print(to: out, rate: rate)
        try services.stopAll()
        return report.missing == 0 ? .success : .failure
    }
}
