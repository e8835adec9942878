package import Contracts
import Runtime
import Streams
package import StreamsKafka

/// Dead letters as a service writes them, and what has become of them.
package struct LetterLoad: Sendable {
    /// The topic that they were meant for.
    package static let topic = BusTopic.signal
    /// What every other letter lies there for, and what the rest does.
    package static let codes = ["stale", "schema"]
    private static let batch = 1_000

    private let kafka: KafkaConfiguration
    package let count: Int

    package init(_ kafka: KafkaConfiguration, count: Int) {
        self.kafka = kafka
        self.count = count
    }

    private static func id(_ number: Int) -> String { "letter-\(number)" }

    /// Writes them. It blocks.
    package func write() throws {
        let writer = try TransactionalWriter(
            id: "letters", topics: [Self.topic.deadLetterName], kafka, log: { _ in })
        try writer.takeOver()
        // Older than what could still fire.
        let atMs = SystemClock.nowMs() - 600_000
        for start in stride(from: 0, to: count, by: Self.batch) {
            try writer.begin()
            for number in start..<min(count, start + Self.batch) {
                let payload = SignalValuesPayload(
                    service: "service-\(number % 100)", instance: "a",
                    latencyP95Ms: Double(number))
                try writer.add(
                    topic: 0, key: Array(payload.service.utf8),
                    value: try Envelope(
                        id: Self.id(number), ts: atMs, role: .service, payload
                    ).serialized(),
                    headers: [
                        RecordHeader(DeadLetter.Header.topic, text: Self.topic.rawValue),
                        RecordHeader(
                            DeadLetter.Header.code, text: Self.codes[number % 2]),
                        RecordHeader(DeadLetter.Header.lastFailure, text: "\(atMs)"),
                    ])
            }
            try writer.commit()
        }
    }

    /// How many have arrived on their topic, and what of it must not be: a letter that is not there,
    /// or is there twice, or of which the ledger says nothing. It blocks.
    package func audit() throws -> (arrived: Int, breaches: [Breach]) {
        var arrivals: [String: Int] = [:]
        var entries = 0
        let reader = try BusReader(
            kafka, topics: [Self.topic.rawValue, BusTopic.ledger.rawValue])
        try reader.readToEnd(deadlineMs: 60_000) { record in
            guard let value = record.value, let envelope = try? Envelope(parsing: value) else {
                return
            }
            if envelope.type == LedgerEntryPayload.types[0] { entries += 1 }
            if record.topic == Self.topic.rawValue { arrivals[envelope.id, default: 0] += 1 }
        }
        var breaches = (0..<count).compactMap { number -> Breach? in
            let times = arrivals[Self.id(number)] ?? 0
            return times == 1
                ? nil : Breach(count: times, "\(Self.id(number)) arrived \(times) times")
        }
        if entries != count {
            breaches.append(Breach(.wrong, "the ledger has \(entries) entries of \(count) letters"))
        }
        return (arrivals.values.reduce(0, +), breaches)
    }
}
