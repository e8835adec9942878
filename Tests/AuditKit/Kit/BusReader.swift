package import Contracts
package import StreamsKafka

/// Reads topics as anybody may: read_committed, without a group.
///
/// For one thread at a time, off Swift's pool.
package final class BusReader {
    private let reader: KafkaReader

    /// A reader of whole topics, all their partitions, from the beginning.
    package init(_ kafka: KafkaConfiguration, topics: [String]) throws {
        reader = try KafkaReader(kafka) { _ in }
        for topic in topics {
            try reader.start(topic: topic, from: .beginning, timeoutMs: 30_000)
        }
    }

    /// The next record; nil if none comes in time.
    package func next(timeoutMs: Int32) throws(KafkaError) -> ReadRecord? {
        try reader.poll(timeoutMs: timeoutMs)
    }

    /// Reads on to where the topics end now.
    package func readToEnd(deadlineMs: Int32 = 30_000, _ body: (ReadRecord) -> Void) throws {
        try reader.readToEnd(deadlineMs: deadlineMs, body)
    }

    /// Everything that is on the topics now.
    package static func records(
        _ kafka: KafkaConfiguration, of topics: [String]
    ) async throws -> [ReadRecord] {
        try await offPool {
            let reader = try BusReader(kafka, topics: topics)
            var records: [ReadRecord] = []
            try reader.readToEnd { records.append($0) }
            return records
        }
    }

    /// The messages of a topic that are of a payload's type, in the order of their partitions.
    package static func messages<Payload: MessagePayload>(
        _ kafka: KafkaConfiguration, of topic: BusTopic, as _: Payload.Type
    ) async throws -> [(envelope: Envelope, payload: Payload)] {
        try await records(kafka, of: [topic.rawValue]).compactMap { record in
            guard let value = record.value else { return nil }
            let envelope = try Envelope(parsing: value)
            guard Payload.types.contains(envelope.type) else { return nil }
            return (envelope, try envelope.payload())
        }
    }
}
