public import Contracts

/// Which notification is to be tried next, as a state machine: what was read, what came of an
/// attempt and the time go in, attempts, effects and the positions that are done come out.
///
/// Those of one incident are tried in the order in which they were read, each after the end of the
/// one before. Incidents do not wait for each other: while one waits for its next attempt, the
/// others go on.
public struct DeliveryQueue: Sendable {
    private struct Waiting {
        var delivery: Delivery
        var dueMs: Int64
        var isUnderWay = false
        /// Whether the attempt before it is on record: the next one does not begin without.
        var isSaid = true
    }

    private let settings: WebhookSettings
    /// By thread; the first of each is the one to try.
    private var threads: [String: [Waiting]] = [:]
    /// The threads by age, so that nobody is passed over for ever.
    private var order: [String] = []
    private var ended: [EffectPayload] = []
    /// What was read and is not done, by partition, in order.
    private var open: [Int32: [Int64]] = [:]
    private var done: [Int32: Set<Int64>] = [:]

    /// An empty queue.
    public init(settings: WebhookSettings) { self.settings = settings }

    /// How many wait or are under way.
    public private(set) var count = 0

    /// Takes a notification. One that is read again before it is done is passed over.
    /// - Parameters:
    ///   - waitMs: how long its next attempt is to wait, ms.
    ///   - nowMs: ms of a clock that only goes on.
    public mutating func add(_ delivery: Delivery, waitMs: Int64 = 0, nowMs: Int64) {
        guard !(open[delivery.source.partition] ?? []).contains(delivery.source.offset) else {
            return
        }
        open[delivery.source.partition, default: []].append(delivery.source.offset)
        if threads[delivery.thread] == nil { order.append(delivery.thread) }
        threads[delivery.thread, default: []].append(
            Waiting(delivery: delivery, dueMs: nowMs + max(0, waitMs)))
        count += 1
    }

    /// Takes a record that holds nothing to deliver.
    public mutating func pass(_ source: Delivery.Source) {
        open[source.partition, default: []].append(source.offset)
        done[source.partition, default: []].insert(source.offset)
    }

    /// The attempt to make now; nil if none is due.
    /// - Parameters:
    ///   - nowMs: ms of a clock that only goes on.
    ///   - unixMs: the time of day, Unix ms.
    public mutating func nextAttempt(nowMs: Int64, unixMs: Int64) -> Delivery? {
        for (index, thread) in order.enumerated() {
            guard var first = threads[thread]?.first, !first.isUnderWay, first.isSaid,
                first.dueMs <= nowMs
            else { continue }
            first.isUnderWay = true
            first.delivery.firstMs = first.delivery.firstMs ?? unixMs
            threads[thread]?[0] = first
            order.append(order.remove(at: index))
            return first.delivery
        }
        return nil
    }

    /// When the next attempt is due; nil if none waits for its time.
    public var nextDueMs: Int64? {
        threads.values.compactMap { waiting in
            waiting.first.flatMap { $0.isUnderWay || !$0.isSaid ? nil : $0.dueMs }
        }.min()
    }

    /// Takes what came of an attempt.
    /// - Parameters:
    ///   - nowMs: ms of a clock that only goes on.
    ///   - unixMs: the time of day, Unix ms.
    public mutating func finish(
        _ delivery: Delivery, _ result: DeliveryResult, nowMs: Int64, unixMs: Int64
    ) {
        let thread = delivery.thread
        guard let first = threads[thread]?.first, first.delivery == delivery else { return }
        if case .failed(let reason) = result, delivery.attempt < settings.attemptsMax {
            let pauseMs = settings.pauseMs(after: delivery.attempt)
            var again = delivery
            again.attempt += 1
            threads[thread]?[0] = Waiting(
                delivery: again, dueMs: nowMs + pauseMs, isSaid: false)
            ended.append(delivery.tried(reason, nextMs: unixMs + pauseMs))
            return
        }
        ended.append(delivery.effect(result))
        done[delivery.source.partition, default: []].insert(delivery.source.offset)
        count -= 1
        threads[thread]?.removeFirst()
        if threads[thread]?.isEmpty ?? true {
            threads[thread] = nil
            order.removeAll { $0 == thread }
        }
    }

    /// What ended since the last call, and what is tried again; to be said before
    /// ``commitPositions()`` is asked.
    public mutating func takeEnded() -> [EffectPayload] {
        defer { ended = [] }
        return ended
    }

    /// These are on record: what waits for that may be tried again at its time.
    public mutating func said(_ effects: [EffectPayload]) {
        let tried = Set(effects.compactMap { DeliveryMark($0) == nil ? nil : $0.subjectId })
        guard !tried.isEmpty else { return }
        for thread in order {
            guard let first = threads[thread]?.first, tried.contains(first.delivery.id) else {
                continue
            }
            threads[thread]?[0].isSaid = true
        }
    }

    /// By partition the next offset to read, where everything before it is done since the last
    /// call. What was read behind one that is not done is read again after a restart.
    public mutating func commitPositions() -> [Int32: Int64] {
        var positions: [Int32: Int64] = [:]
        for (partition, offsets) in open {
            let finished = done[partition] ?? []
            let count = offsets.prefix { finished.contains($0) }.count
            guard count > 0 else { continue }
            positions[partition] = offsets[count - 1] + 1
            done[partition]?.subtract(offsets[..<count])
            open[partition] = Array(offsets[count...])
        }
        return positions
    }
}
