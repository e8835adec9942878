internal import CommandLineKit
internal import Contracts
internal import StreamsKafka

/// Sends each service of the benchmark a healthy signal and, two seconds later, the one that makes
/// its error rate a P0.
struct SignalFeed {
    private let producer: KafkaProducer
    private let count: Int
    private let rate: Int
    private let leadS = 2

    init(_ kafka: KafkaConfiguration, count: Int, rate: Int) throws {
        producer = try KafkaProducer(kafka, log: { _ in })
        self.count = count
        self.rate = rate
    }

    /// The name of a service; scripts/bench writes services.yaml with the same.
    static func service(_ index: Int) -> String { "bench-\(index)" }

    /// The index in a name.
    static func index(of service: String) -> Int? {
        service.hasPrefix("bench-") ? Int(service.dropFirst(6)) : nil
    }

    /// Sends everything at an even pace.
    /// - Returns: when the broker appended each completing signal, Unix ms.
    func run() async throws -> [Int64] {
        let startUs = BenchClock.monotonicUs()
        let stepUs = 1_000_000 / Int64(rate)
        let lead = rate * leadS
        return try await withThrowingTaskGroup(of: (Int, Int64).self) { group in
            for step in 0..<(count + lead) {
                try await Self.wait(untilUs: startUs + Int64(step) * stepUs)
                if step < count { try post(healthy: step) }
                if step >= lead { group.addTask { try await complete(step - lead) } }
            }
            var appendedMs = [Int64](repeating: 0, count: count)
            for try await (index, ms) in group { appendedMs[index] = ms }
            return appendedMs
        }
    }

    private static func wait(untilUs: Int64) async throws {
        let leftUs = untilUs - BenchClock.monotonicUs()
        if leftUs > 0 { try await Task.sleep(for: .microseconds(leftUs)) }
    }

    private func post(healthy index: Int) throws {
        guard producer.post(try record(index, requests: 1_000, errors: 0, "healthy")) else {
            throw CommandFailure("a signal could not be sent")
        }
    }

    private func complete(_ index: Int) async throws -> (Int, Int64) {
        let record = try record(index, requests: 2_000, errors: 500, "failing")
        return (index, try await producer.send(record).timestampMs)
    }

    private func record(
        _ index: Int, requests: Double, errors: Double, _ what: String
    ) throws -> NewRecord {
        let service = Self.service(index)
        let bounds: [Double] = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000]
        let payload = SignalPayload(
            service: service, instance: service + "-0", requestsTotal: requests,
            errorsTotal: errors, latencyBoundsMs: bounds,
            latencyCounts: bounds.map { $0 < 50 ? requests / 2 : requests } + [requests], cpu: 0.4,
            memory: 0.4)
        let envelope = try Envelope(
            id: "\(service)-\(what)", ts: BenchClock.unixUs() / 1000, role: .service, payload)
        return NewRecord(
            topic: BusTopic.signal.rawValue, key: Array(service.utf8),
            value: try envelope.serialized())
    }
}
