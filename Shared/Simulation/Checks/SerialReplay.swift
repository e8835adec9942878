internal import Contracts
internal import Streams

/// A task as it must be: its inputs taken one after the other, in the order and at the times that
/// its committed transactions say, by a reducer that knows no crash. Everything that was committed
/// is held against it at once.
final class SerialReplay<R: Reducer> {
    private let world: World
    private let partition: Int32
    private let name: String
    private let task: ReducerTask<R>
    private var positions: [Int64]
    /// The latest time of a transaction, Unix ms.
    private(set) var latestMs: Int64 = 0
    private(set) var transactions = 0

    init(
        _ reducer: R, partition: Int32, identity: TaskIdentity, settings: PipelineSettings,
        world: World
    ) {
        self.world = world
        self.partition = partition
        name = "\(identity.service)-\(partition)"
        task = ReducerTask(
            reducer, partition: partition, identity: identity,
            deadLetterBytesMax: settings.deadLetterBytesMax,
            outputBytesMax: settings.outputBytesMax, orderedInputs: settings.orderedInputs)
        positions = task.topics.inputs.map { _ in 0 }
    }

    /// What the tables hold.
    func entries() -> [UInt8: [[UInt8]: [UInt8]]] { task.entries() }

    /// Repeats a transaction that was committed, and compares.
    /// - Parameters:
    ///   - nowMs: the time that it had.
    ///   - runs: the order in which it took messages and timers.
    func take(
        _ transaction: CommittedTransaction, nowMs: Int64, runs: [TransactionRecord.Run]
    ) {
        guard world.violation == nil else { return }
        transactions += 1
        latestMs = max(latestMs, nowMs)
        checkRecord(transaction, nowMs: nowMs, runs: runs)
        task.begin(nowMs: nowMs)
        for run in runs {
            guard repeatRun(run, transaction) else { return }
        }
        guard checkOffsets(transaction) else { return }
        guard task.stageChangelog(nextOffsets: positions) else {
            return world.report(.replay, "\(name): a change is too large for the changelog")
        }
        compare(transaction)
        task.commit()
    }

    /// Whether every message of the inputs was taken, and no timer is due.
    func finish(nowMs: Int64) {
        for (input, topic) in task.topics.inputs.enumerated() {
            if let record = world.broker.record(
                topic, partition: partition, from: positions[input])
            {
                world.report(
                    .accounting, "\(name) has not taken \(topic)[\(partition)]@\(record.offset)")
            }
        }
        if let dueMs = task.nextDueMs, dueMs <= nowMs {
            world.report(.timer, "\(name): a timer has been due for \(nowMs - dueMs) ms")
        }
    }

    // MARK: Steps

    /// The changelog's own record of the transaction must say the same.
    private func checkRecord(
        _ transaction: CommittedTransaction, nowMs: Int64, runs: [TransactionRecord.Run]
    ) {
        guard let last = transaction.entries.last, last.topic == task.topics.changelog else {
            return
        }
        guard last.record.key == TransactionRecord.key, let value = last.record.value,
            let record = try? TransactionRecord(binary: value)
        else {
            return world.report(.replay, "\(name): a transaction without a record of itself")
        }
        if record.nowMs != nowMs || record.runs != runs {
            world.report(
                .replay, "\(name): the record is \(record), the transaction was \(runs) at \(nowMs)"
            )
        }
        for position in record.positions
        where position.nextOffset != transaction.offsets[position.topic] {
            world.report(
                .replay,
                "\(name): the record is at \(position), the offset at "
                    + "\(String(describing: transaction.offsets[position.topic]))")
        }
    }

    private func repeatRun(
        _ run: TransactionRecord.Run, _ transaction: CommittedTransaction
    ) -> Bool {
        for _ in 0..<run.count {
            switch run.source {
            case TransactionRecord.startSource:
                _ = task.start()
            case TransactionRecord.timerSource:
                guard task.fireTimer() else {
                    world.report(
                        .timer, "\(name): a timer has fired that is not due, or has fired before")
                    return false
                }
            default:
                guard takeNext(run.source) else { return false }
            }
        }
        return true
    }

    private func takeNext(_ input: Int) -> Bool {
        let topic = task.topics.inputs[input]
        guard
            let record = world.broker.record(topic, partition: partition, from: positions[input])
        else {
            world.report(
                .replay, "\(name) took what is not on \(topic) at \(positions[input])")
            return false
        }
        InputRecord.with(
            input: input, partition: partition, offset: record.offset,
            timestampMs: record.timestampMs, key: record.key, value: record.value,
            headers: RecordHeaders(record.headers)
        ) { _ = task.reduce($0) }
        positions[input] = record.offset + 1
        return true
    }

    /// The offsets stand behind what was taken, and nothing lies between but markers.
    private func checkOffsets(_ transaction: CommittedTransaction) -> Bool {
        for (input, topic) in task.topics.inputs.enumerated() {
            guard let next = transaction.offsets[topic] else {
                world.report(.replay, "\(name): a transaction without the offset of \(topic)")
                return false
            }
            let skipped = world.broker.record(topic, partition: partition, from: positions[input])
            guard next >= positions[input], skipped.map({ $0.offset >= next }) ?? true else {
                world.report(
                    .replay,
                    "\(name): the offset of \(topic) is \(next), what was taken ends at "
                        + "\(positions[input])")
                return false
            }
            positions[input] = next
        }
        return true
    }

    private func compare(_ transaction: CommittedTransaction) {
        let expected = task.context.outputs.count
        let entries = transaction.entries
        var index = 0
        task.context.outputs.forEach { record in
            defer { index += 1 }
            let topic = task.topics.written[record.topic]
            guard index < entries.count else { return }
            let entry = entries[index]
            let isSame =
                entry.topic == topic && entry.record.key == record.copyKey()
                && entry.record.value == record.copyValue()
                && entry.record.headers == record.headers
                && (record.partition ?? entry.partition) == entry.partition
            guard !isSame else { return }
            world.report(
                .replay,
                "\(name): record \(index) of a transaction is \(text(entry.record)) on "
                    + "\(entry.topic), a serial replay says \(text(record.copyValue())) on \(topic)"
            )
        }
        guard expected != entries.count else { return }
        world.report(
            .replay,
            "\(name): \(entries.count) records were committed, a serial replay says \(expected)")
    }

    private func text(_ record: InProcessRecord) -> String { text(record.value) }

    private func text(_ value: [UInt8]?) -> String {
        value.map { String(String(decoding: $0, as: UTF8.self).prefix(400)) } ?? "a tombstone"
    }
}
