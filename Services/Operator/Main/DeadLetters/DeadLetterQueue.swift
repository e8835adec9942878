internal import Contracts
internal import OperatorDomain
internal import StreamsKafka

/// The dead letters of one topic as they lie there now, one after the other. Its calls block.
final class DeadLetterQueue {
    private struct Span {
        let partition: Int32
        let marks: Watermarks
    }

    private static let questionMs: Int32 = 10_000

    private let topic: BusTopic
    private let reader: KafkaReader
    private let spans: [Span]

    /// - Parameter isRead: false: nothing will be read of it, only its ends are of interest.
    init(_ bus: Bus, of topic: BusTopic, isRead: Bool = true) throws(KafkaError) {
        self.topic = topic
        reader = try KafkaReader(bus.configuration, log: { _ in })
        let name = topic.deadLetterName
        var spans: [Span] = []
        for partition in 0..<(try reader.partitionCount(of: name, timeoutMs: Self.questionMs)) {
            spans.append(
                Span(
                    partition: partition,
                    marks: try reader.watermarks(of: name, partition: partition)))
        }
        self.spans = spans
        if isRead { try reader.start(topic: name, from: .beginning) }
    }

    /// How many partitions it has, as many as its topic.
    var partitionCount: Int { spans.count }

    /// Whether a letter at this place has neither expired nor been deleted.
    func holds(_ place: DeadLetterPlace) -> Bool {
        spans.contains {
            $0.partition == place.partition && ($0.marks.low..<$0.marks.high).contains(place.offset)
        }
    }

    /// Deletes every letter that was there at the start.
    func deleteAll(_ bus: Bus) throws(KafkaError) {
        let admin = try KafkaAdmin(bus.configuration, log: { _ in })
        for span in spans where span.marks.high > span.marks.low {
            try admin.deleteRecords(
                of: topic.deadLetterName, partition: span.partition, before: span.marks.high)
        }
    }

    /// The next letter of those that were there at the start, in the order of its partition; nil
    /// after the last.
    func next() throws(KafkaError) -> DeadLetterRecord? {
        let deadline = Countdown(ms: Self.questionMs)
        while isBehind {
            if let record = try reader.poll(timeoutMs: 100) {
                let span = spans.first { $0.partition == record.partition }
                if let span, record.offset >= span.marks.high { continue }
                return DeadLetterRecord(record)
            }
            if deadline.isOver, isBehind {
                throw KafkaError(
                    .timedOut, isRetriable: true,
                    "no letter of \(topic.deadLetterName) in \(Self.questionMs) ms")
            }
        }
        return nil
    }

    private var isBehind: Bool {
        spans.contains {
            $0.marks.high > $0.marks.low
                && reader.position(of: topic.deadLetterName, partition: $0.partition) ?? 0
                    < $0.marks.high
        }
    }

    /// How many offsets hold letters about which nothing was done; markers of transactions count
    /// as letters until all is read.
    func depth(_ ledger: Ledger) -> Int {
        spans.reduce(0) { sum, span in
            let resolved = ledger.resolvedCount(
                of: topic, partition: span.partition, from: span.marks.low)
            return sum + max(0, Int(span.marks.high - span.marks.low) - resolved)
        }
    }

    /// What the ledger says about quarantine of letters that are gone.
    func expiredMarks(_ ledger: Ledger) -> [DeadLetterPlace] {
        spans.flatMap {
            ledger.expiredMarks(of: topic, partition: $0.partition, before: $0.marks.low)
        }
    }

    /// Entries of the ledger whose letters are gone.
    func expired(_ ledger: Ledger, limit: Int) -> [DeadLetterPlace] {
        spans.reduce(into: []) { places, span in
            places += ledger.expired(
                of: topic, partition: span.partition, before: span.marks.low,
                limit: limit - places.count)
        }
    }
}
