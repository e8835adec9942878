public import Contracts

/// Counts the dead letters of all queues from what lies in them and what the ledger says: how many
/// wait, and how fast new ones come.
///
/// A letter takes a bit, and another one once something was done with it, until it expires.
public struct QueueWatch: Sendable {
    private static let minuteMs: Int64 = 60_000
    private static let slotMs: Int64 = 5_000

    private struct Queue {
        var letters: [Int32: OffsetSet] = [:]
        var seen = 0
        var isUsed = false
        /// New letters by the time at which they came, in slots; those of the last minute.
        var arrivals: [Int64: Int] = [:]
        var slowed = SlowedTasks()
    }

    /// What a letter says of the task that could not take it.
    public struct Sender: Sendable, Hashable {
        /// The task: service and partition.
        public let task: String
        /// The wait before each further message of its input, ms; nil: it is not slowed.
        public let delayMs: Int64?

        /// A task, and how it is slowed.
        public init(task: String, delayMs: Int64?) {
            self.task = task
            self.delayMs = delayMs
        }
    }

    private var queues: [BusTopic: Queue]
    private var ledger = Ledger()

    /// A watch over the queues of these topics, of which nothing was read yet.
    public init(topics: [BusTopic]) {
        queues = Dictionary(topics.map { ($0, Queue()) }) { first, _ in first }
    }

    /// Takes a record of the ledger.
    public mutating func take(ledgerKey key: [UInt8]?, value: [UInt8]?) {
        ledger.take(key: key, value: value)
    }

    /// Takes a letter, which came to lie at its place at `atMs` (Unix ms, the log's own).
    /// - Parameter sender: who could not take it; nil: it does not say.
    /// - Returns: whether it is the first one that says its input is slowed.
    @discardableResult
    public mutating func take(
        letterAt place: DeadLetterPlace, atMs: Int64, nowMs: Int64, from sender: Sender? = nil
    ) -> Bool {
        guard var queue = queues.removeValue(forKey: place.topic) else { return false }
        queue.letters[place.partition, default: OffsetSet()].insert(place.offset)
        queue.seen += 1
        queue.isUsed = true
        // What the clock of a broker dates ahead counts as of now.
        let cameMs = min(atMs, nowMs)
        if nowMs - cameMs < Self.minuteMs {
            queue.arrivals[cameMs / Self.slotMs, default: 0] += 1
        }
        let before = queue.slowed.count(nowMs: nowMs)
        if let sender { queue.slowed.take(sender.task, delayMs: sender.delayMs, cameMs: cameMs) }
        let isNews = queue.slowed.count(nowMs: nowMs) > before
        queues[place.topic] = queue
        return isNews
    }

    /// A partition holds what lies from `start` to before `end`: what lay before is gone.
    public mutating func holds(
        _ topic: BusTopic, partition: Int32, from start: Int64, to end: Int64
    ) {
        if end > 0 { queues[topic]?.isUsed = true }
        queues[topic]?.letters[partition]?.removeAll(before: start)
        ledger.forget(of: topic, partition: partition, before: start)
    }

    /// How each queue stands at `nowMs` (Unix ms), in the order of the topics' names.
    public mutating func figures(nowMs: Int64) -> [QueueFigures] {
        let first = (nowMs - Self.minuteMs) / Self.slotMs
        return queues.keys.sorted { $0.rawValue < $1.rawValue }.map { topic in
            var queue = queues.removeValue(forKey: topic) ?? Queue()
            queue.arrivals = queue.arrivals.filter { $0.key > first }
            defer { queues[topic] = queue }
            return QueueFigures(
                topic: topic,
                waiting: queue.letters.reduce(0) {
                    $0 + ledger.waitingCount(of: topic, partition: $1.key, among: $1.value)
                },
                perMinute: queue.arrivals.values.reduce(0, +), seen: queue.seen,
                isUsed: queue.isUsed, slowedTasks: queue.slowed.count(nowMs: nowMs),
                wasSlowed: queue.slowed.wasSlowed)
        }
    }
}
