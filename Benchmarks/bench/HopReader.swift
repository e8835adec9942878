internal import Contracts
internal import StreamsKafka
internal import Synchronization

/// Reads topics as any subscriber would, read_committed, and notes when the first message about
/// each detection came.
final class HopReader: Sendable {
    private struct State {
        var seenUs: [BusTopic: [Int64?]]
        var counts: [BusTopic: Int] = [:]
    }

    private let state: Locked<State>
    private let isStopped = Atomic<Bool>(false)
    private let thread = Locked<SystemThread?>(nil)

    init(_ kafka: KafkaConfiguration, topics: [BusTopic], count: Int) throws {
        let none = [Int64?](repeating: nil, count: count)
        state = Locked(State(seenUs: Dictionary(uniqueKeysWithValues: topics.map { ($0, none) })))
        let reader = try KafkaReader(kafka, log: { _ in })
        for topic in topics { try reader.start(topic: topic.rawValue, from: .end) }
        let loop = ReaderLoop(reader)
        let started = try SystemThread { self.run(loop.reader) }
        thread.withLock { $0 = started }
    }

    func seenUs(_ topic: BusTopic) -> [Int64?] { state.withLock { $0.seenUs[topic] ?? [] } }

    func seenCount(_ topic: BusTopic) -> Int { state.withLock { $0.counts[topic] ?? 0 } }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        thread.withLock { $0.take() }?.join()
    }

    /// Carries the reader to its thread, which alone uses it from then on.
    private struct ReaderLoop: @unchecked Sendable {
        let reader: KafkaReader
        init(_ reader: KafkaReader) { self.reader = reader }
    }

    private func run(_ reader: KafkaReader) {
        while !isStopped.load(ordering: .acquiring) {
            guard let record = try? reader.poll(timeoutMs: 100) else { continue }
            let nowUs = BenchClock.unixUs()
            guard let topic = BusTopic(rawValue: record.topic), let index = Self.detection(record)
            else { continue }
            state.withLock { state in
                guard var seen = state.seenUs.removeValue(forKey: topic) else { return }
                if seen.indices.contains(index), seen[index] == nil {
                    seen[index] = nowUs
                    state.counts[topic, default: 0] += 1
                }
                state.seenUs[topic] = seen
            }
        }
    }

    /// Which detection a record is about: by its key, and of flags by safe_mode alone.
    private static func detection(_ record: ReadRecord) -> Int? {
        guard let key = record.key else { return nil }
        let text = String(decoding: key, as: UTF8.self)
        guard record.topic == BusTopic.flags.rawValue else { return SignalFeed.index(of: text) }
        let suffix = "/safe_mode"
        guard text.hasSuffix(suffix) else { return nil }
        return SignalFeed.index(of: String(text.dropLast(suffix.count)))
    }
}
