internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// Reads what an `EffectWait` needs. Its readers stand where they must before the order is sent, so
/// that no answer can be missed.
final class EffectWatch: Sendable {
    /// How far back a repetition looks for its first try: as long as ids are remembered, ms.
    private static let repetitionMs: Int64 = 24 * 3_600_000

    private struct Prepared {
        var reader: BusReader
        var wait: EffectWait
        var readsViews = false
    }

    private let order: OperatorOrder
    private let bus: Bus
    private let prepared = Locked<Prepared?>(nil)
    private let recordedAtMs = Locked<Int64?>(nil)

    init(_ order: OperatorOrder, _ bus: Bus) {
        self.order = order
        self.bus = bus
    }

    /// Whether the order was found on the bus: sending it again would change nothing.
    var isRecordedAlready: Bool { recordedAtMs.withLock { $0 != nil } }

    /// Checks that the topic is there, looks for a first try, and positions the readers.
    func prepare(waits: Bool, expectedServices: [String], timeoutMs: Int32) async throws {
        try await blocking { [self] in
            let timer = Countdown(ms: timeoutMs)
            let reader = try bus.reader()
            // A producer would have the broker make a topic that is missing, with the wrong
            // number of partitions; a reader does not.
            _ = try reader.partitionCount(of: .command, timeoutMs: timer.leftMs)
            if order.isRepetition { try findFirstTry(timer) }
            guard waits else { return }
            let partitions = try reader.partitionCount(of: .setting, timeoutMs: timer.leftMs)
            var wait = EffectWait(
                commandID: order.id, scope: order.scope, expectedServices: expectedServices,
                settingPartitions: Int(partitions))
            let firstTryMs = recordedAtMs.withLock { $0 }
            try reader.start(
                .outcome, from: firstTryMs.map { .time(ms: $0) } ?? .end, timeoutMs: timer.leftMs)
            try reader.start(
                .heartbeat,
                from: .time(ms: SystemClock.nowMs() - EffectWait.heartbeatFreshMs),
                timeoutMs: timer.leftMs)
            try reader.readToEnd(deadlineMs: timer.leftMs) { record in
                Self.take(record, heartbeatsAtMs: record.timestampMs, into: &wait)
            }
            prepared.withLock { $0 = Prepared(reader: reader, wait: wait) }
        }
    }

    /// Waits until the order is in effect, refused, or the time is up.
    /// - Parameter progress: Where a person sees that something goes on.
    func wait(timeoutMs: Int64, progress console: Console?) async throws -> EffectWait.State {
        try await blocking { [self] in
            guard var prepared = prepared.withLock({ $0 }) else {
                return .awaitingOutcome(accepted: false)
            }
            let timer = Countdown(ms: Int32(clamping: timeoutMs))
            let startMs = SystemClock.monotonicMs()
            var indicator: ProgressIndicator?
            while true {
                let state = prepared.wait.state(nowMs: SystemClock.nowMs())
                switch state {
                case .applied, .refused:
                    finish(&indicator)
                    return state
                case .spreading(_, let spread):
                    try readViews(&prepared, spread, timer)
                case .awaitingOutcome: break
                }
                if timer.isOver {
                    finish(&indicator)
                    return state
                }
                show(state, since: startMs, on: console, &indicator)
                take(from: prepared.reader, into: &prepared.wait, timer)
            }
        }
    }

    // MARK: Reading

    /// Takes what is there; waits a moment if there is nothing.
    private func take(from reader: BusReader, into wait: inout EffectWait, _ timer: Countdown) {
        var patienceMs = min(100, timer.leftMs)
        do throws(KafkaError) {
            while let record = try reader.poll(timeoutMs: patienceMs), !timer.isOver {
                // Somebody who speaks now is here now, whatever its clock says.
                Self.take(record, heartbeatsAtMs: SystemClock.nowMs(), into: &wait)
                patienceMs = 0
            }
        } catch {
            // The order is recorded. A broker that is away for a moment comes back, or the time
            // is up and the person is told that nobody has answered.
        }
    }

    private static func take(
        _ record: ReadRecord, heartbeatsAtMs: Int64, into wait: inout EffectWait
    ) {
        guard let value = record.value, let envelope = try? Envelope(parsing: value) else { return }
        switch BusTopic(rawValue: record.topic) {
        case .outcome:
            if let outcome = try? envelope.payload(as: OutcomePayload.self) { wait.take(outcome) }
        case .heartbeat:
            if let heartbeat = try? envelope.payload(as: HeartbeatPayload.self) {
                wait.take(heartbeat, atMs: heartbeatsAtMs)
            }
        case .view:
            if let view = try? envelope.payload(as: SettingView.self) { wait.take(view) }
        default: return
        }
    }

    /// Views are read once it is known that a setting has changed: they tell the state, so nothing
    /// is missed by coming late.
    private func readViews(_ prepared: inout Prepared, _ spread: Spread, _ timer: Countdown) throws
    {
        guard case .tasks = spread.kind, !prepared.readsViews else { return }
        try prepared.reader.start(.view, from: .beginning, timeoutMs: timer.leftMs)
        prepared.readsViews = true
    }

    private func findFirstTry(_ timer: Countdown) throws {
        let reader = try bus.reader()
        try reader.start(
            .command, from: .time(ms: SystemClock.nowMs() - Self.repetitionMs),
            timeoutMs: timer.leftMs)
        var first: (payload: CommandPayload?, atMs: Int64)?
        try reader.readToEnd(deadlineMs: timer.leftMs) { record in
            guard first == nil, let value = record.value,
                let envelope = try? Envelope(parsing: value), envelope.id == order.id
            else { return }
            first = (try? envelope.payload(as: CommandPayload.self), record.timestampMs)
        }
        guard let first else { return }
        guard let payload = first.payload, order.says(theSameAs: payload) else {
            throw CommandFailure(
                "the id \(order.id) was used for another command; nothing was sent",
                hint:
                    "Look at it: dreamnet commands show \(order.id). Without --id a new id is taken.",
                exitCode: .usage)
        }
        recordedAtMs.withLock { $0 = first.atMs }
    }

    // MARK: Progress

    /// What is over at once needs no progress.
    private static let progressAfterMs: Int64 = 1_000

    private func show(
        _ state: EffectWait.State, since startMs: Int64, on console: Console?,
        _ indicator: inout ProgressIndicator?
    ) {
        let nowMs = SystemClock.monotonicMs()
        guard let console, nowMs - startMs >= Self.progressAfterMs else { return }
        if indicator == nil {
            indicator = ProgressIndicator("recorded; waiting", on: console, nowMs: startMs)
        }
        switch state {
        case .awaitingOutcome(let isAccepted):
            indicator?.update(note: isAccepted ? "for its owner" : "for control-core", nowMs: nowMs)
        case .spreading(_, let spread):
            indicator?.update(note: "\(spread.applied.count) of \(spread.total)", nowMs: nowMs)
        case .applied, .refused: return
        }
    }

    private func finish(_ indicator: inout ProgressIndicator?) {
        indicator?.finish("waited", .dim, nowMs: SystemClock.monotonicMs())
    }
}
