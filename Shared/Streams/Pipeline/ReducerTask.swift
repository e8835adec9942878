internal import Contracts

/// The part of a task that knows no log: a reducer with its tables, and the transaction that it
/// is in. The pipeline carries it over a log, the harness over nothing.
package final class ReducerTask<R: Reducer> {
    /// The reducer.
    package private(set) var reducer: R
    /// What the reducer speaks through; its outputs hold what the transaction will produce.
    package let context: ReducerContext
    /// The topics, which give the outputs' indices their meaning.
    package let topics: TaskTopics
    /// In which order messages and timers were taken since the transaction began.
    package private(set) var runs: [TransactionRecord.Run] = []
    /// The last transaction that the restored changelog knows of.
    package private(set) var restored: TransactionRecord?

    /// How often a timer wanted to say what JSON cannot hold, or what is too large for the log:
    /// a fault of the service.
    package private(set) var faults = 0

    // How many more messages and timers are weighed: whether a table's value has become larger
    // than the changelog takes. To encode every change of every message is dear, so that it is
    // done once a transaction was found to hold such a value, and for a while after.
    private var weighings = 0
    private let weighingsMin = 10_000

    private let identity: TaskIdentity
    private let deadLetterBytesMax: Int
    private let outputBytesMax: Int
    private var tables: [any StateStore]
    private let clock = MessageClock()
    /// The tables that do not go by the clock.
    private var told: [any StateStore] = []
    /// The keys that wait; nil as long as no input keeps the order of its keys and none ever did.
    private var parking: ParkedKeys?
    /// What is tried again; nil as long as nothing ever was.
    private var shelf: RetryShelf?
    private let retryPolicies: [RetryPolicy]
    private let keepsOrder: [Bool]
    /// How often a message was tried that was tried before.
    package private(set) var retries = 0
    /// How the input of the message that is being reduced is slowed if it is a dead letter.
    private var slowedMs: Int64?
    /// Why what the last timer tried again is a dead letter now, if it is.
    package private(set) var lateRejection: Rejection.Code?
    private let timers: Timers?
    /// How often the task has started and said something, and how many timers have fired, in all
    /// its lives. They tell two starts, and two timers of one name and time, apart: a clock that is
    /// set back says the same time twice.
    private var turns = TransactionRecord.Turns()
    private var committedTurns = TransactionRecord.Turns()
    private var restoredKey: [UInt8] = []

    /// A task of `reducer`. Its tables must have ids of their own and a changelog to go to.
    package init(
        _ reducer: R, partition: Int32, identity: TaskIdentity, deadLetterBytesMax: Int,
        outputBytesMax: Int, orderedInputs: Set<String> = [],
        retries: [String: RetryPolicy] = [:], idSalt: String? = nil
    ) {
        self.reducer = reducer
        self.identity = identity
        self.deadLetterBytesMax = deadLetterBytesMax
        self.outputBytesMax = outputBytesMax
        tables = reducer.tables
        timers = reducer.timers
        topics = TaskTopics(reducer.topology)
        retryPolicies = reducer.topology.inputs.map { retries[$0] ?? RetryPolicy() }
        keepsOrder = reducer.topology.inputs.map(orderedInputs.contains)
        context = ReducerContext(
            topology: reducer.topology, partition: partition, nowMs: 0, idSalt: idSalt)
        told = tables.filter { [clock] in !$0.follow(clock) }
        if !orderedInputs.isDisjoint(with: topics.inputs) { park(ordered: orderedInputs) }
        precondition(Set(tables.map(\.id)).count == tables.count, "two tables have one id")
        precondition(tables.isEmpty || topics.changelog != nil, "tables without a changelog")
    }

    /// When the first timer is due, Unix ms.
    package var nextDueMs: Int64? {
        guard let again = shelf?.nextDueMs else { return timers?.nextDueMs }
        return min(again, timers?.nextDueMs ?? again)
    }
    /// How many messages wait to be tried again.
    package var retriesWaiting: Int { shelf?.table.count ?? 0 }
    /// How many keys are parked.
    package var parkedKeys: Int { parking?.table.count ?? 0 }
    /// Whether the transaction changed a table.
    package var hasChanges: Bool { tables.contains { $0.hasChanges } }

    /// Begins a transaction: `nowMs` is the time of all that it takes.
    package func begin(nowMs: Int64) { context.nowMs = nowMs }

    /// Lets the reducer begin.
    /// - Returns: whether it said or changed anything.
    package func start() -> Bool {
        let mark = context.outputs.count
        let parking = parking
        perform(causeID: "start:\(context.partition):\(context.nowMs):\(turns.starts)") {
            reducer, context in
            parking?.sweep(nowMs: context.nowMs)
            reducer.start(context)
        }
        guard hasChanges || context.outputs.count > mark else { return false }
        count(TransactionRecord.startSource)
        turns.starts &+= 1
        return true
    }

    /// Takes a message. What it cannot take is undone and becomes a dead letter, and so does what
    /// has to wait behind one.
    /// - Parameter slowedMs: how its input is slowed, ms, should it be a dead letter; nil: not.
    /// - Returns: why it is one.
    package func reduce(
        _ record: borrowing InputRecord, slowedMs: Int64? = nil
    ) -> Rejection? {
        beginMessage()
        self.slowedMs = slowedMs
        guard !ParkedKeys.isRelease(record) else {
            count(record.input)
            let rejection = parking?.release(record)
            if let rejection { stage(record, because: rejection, turn: nil) }
            return rejection
        }
        switch parking?.admit(record, nowMs: context.nowMs) ?? .free {
        case .free:
            if let shelf, shelf.join(record, of: topics.inputs[record.input]) {
                count(record.input)
                return nil
            }
            return take(record, turn: nil)
        case .turn(let turn): return take(record, turn: turn)
        case .wait(let turn):
            count(record.input)
            let rejection = Rejection(
                .parked, "waits until what came before it with its key is taken or given up")
            stage(record, because: rejection, turn: turn)
            return rejection
        }
    }

    private func take(_ record: borrowing InputRecord, turn: LetterTurn?) -> Rejection? {
        let rejection = attempt(record)
        count(record.input)
        guard let rejection else {
            if let turn { parking?.pass(record, turn) }
            return nil
        }
        if rejection.isTransient, shelve(record) { return nil }
        let place = turn ?? parking?.park(record, nowMs: context.nowMs)
        stage(record, because: rejection, turn: place)
        return rejection
    }

    /// Has the reducer take a message; what it cannot take is undone.
    private func attempt(_ record: borrowing InputRecord) -> Rejection? {
        let mark = context.outputs.mark
        context.begin(record)
        var rejection: Rejection?
        do throws(Rejection) {
            try reducer.reduce(record, context)
        } catch {
            rejection = error
        }
        rejection = context.takeFault() ?? tooLarge(since: mark, weighs: weigh()) ?? rejection
        guard let rejection else { return nil }
        if !rejection.keepsOutputs {
            context.outputs.cut(to: mark)
            for table in tables { table.rollbackMessage() }
        }
        return rejection
    }

    private func beginMessage() {
        clock.tick()
        for table in told { table.beginMessage() }
    }

    private func stage(
        _ record: borrowing InputRecord, because rejection: Rejection, turn: LetterTurn?,
        triedMs: [Int64] = []
    ) {
        DeadLetter.stage(
            record, of: topics.inputs[record.input], because: rejection, identity: identity,
            nowMs: context.nowMs, bytesMax: deadLetterBytesMax,
            topic: topics.deadLettersStart + record.input, turn: turn, triedMs: triedMs,
            // What waits behind another is none that slows.
            slowedMs: rejection.code == .parked ? nil : slowedMs, into: &context.outputs)
    }

    private func park(ordered: Set<String>) {
        let parking = ParkedKeys(
            inputs: topics.inputs, ordered: ordered, service: identity.service)
        self.parking = parking
        arrangeTables()
    }

    // MARK: Retries

    private func shelve(_ record: borrowing InputRecord) -> Bool {
        let input = record.input
        guard topics.changelog != nil, !keepsOrder[input] else { return false }
        return openShelf().shelve(
            record, of: topics.inputs[input], retryPolicies[input], nowMs: context.nowMs)
    }

    private func openShelf() -> RetryShelf {
        if let shelf { return shelf }
        let made = RetryShelf()
        shelf = made
        arrangeTables()
        return made
    }

    /// The reducer's tables, then the task's own by their ids: whenever these came to be, the
    /// changelog has them in one order.
    private func arrangeTables() {
        tables = reducer.tables + (parking.map { [$0.table] } ?? []) + (shelf?.tables ?? [])
        told = tables.filter { [clock] in !$0.follow(clock) }
    }

    /// Tries the message again that is due. It counts as coming now: what was wrong with its time
    /// may have passed.
    private func retryDue() {
        beginMessage()
        count(TransactionRecord.timerSource)
        guard let shelf, let (id, found) = shelf.takeDue(nowMs: context.nowMs) else { return }
        guard var record = found, let input = topics.inputs.firstIndex(of: record.input) else {
            // Of an input that the service has no more.
            faults += 1
            return shelf.remove(id)
        }
        retries += 1
        let failed = record.lend(input: input, timestampMs: context.nowMs) { attempt($0) }
        guard let rejection = failed else { return shelf.remove(id) }
        record.triedMs.append(context.nowMs)
        if rejection.isTransient, !keepsOrder[input],
            shelf.again(id, record, retryPolicies[input], nowMs: context.nowMs)
        {
            return
        }
        shelf.remove(id)
        lateRejection = rejection.code
        let triedMs = record.triedMs
        record.lend(input: input, timestampMs: record.timestampMs) {
            let turn = parking?.park($0, nowMs: context.nowMs)
            stage($0, because: rejection, turn: turn, triedMs: triedMs)
        }
    }

    /// Fires the first timer that is due, if there is one.
    package func fireTimer() -> Bool {
        lateRejection = nil
        slowedMs = nil
        if let again = shelf?.nextDueMs, again <= context.nowMs,
            again < timers?.nextDueMs ?? .max
        {
            retryDue()
            return true
        }
        guard let (key, dueMs) = timers?.popDue(nowMs: context.nowMs) else { return false }
        perform(causeID: "timer:\(context.partition):\(key):\(dueMs):\(turns.timers)") {
            $0.fire(key, dueMs: dueMs, $1)
        }
        count(TransactionRecord.timerSource)
        turns.timers &+= 1
        return true
    }

    /// Adds the changelog's records of what the transaction changed, and of the transaction itself,
    /// whatever it changed: so the tables know where their inputs stand.
    /// - Returns: false if one of them is larger than the changelog takes. Once it is rolled back
    ///   and done again, each message is weighed, and the one that leads to it is rejected.
    package func stageChangelog(nextOffsets: [Int64]) -> Bool {
        guard let topic = topics.changelogIndex else { return true }
        let partition = context.partition
        let mark = context.outputs.mark
        for table in tables {
            table.forEachChange { key, value in
                context.outputs.append(
                    topic: topic, partition: partition, table: table.id, key: key, value: value)
            }
        }
        let positions = zip(topics.inputs, nextOffsets).map {
            TransactionRecord.Position(topic: $0, nextOffset: $1)
        }
        let record = TransactionRecord(
            nowMs: context.nowMs, positions: positions, runs: runs, turns: turns)
        context.outputs.append(
            topic: topic, partition: partition, key: TransactionRecord.key, value: record.binary())
        guard context.outputs.largestByteCount(since: mark) > outputBytesMax else { return true }
        weighings = runs.reduce(weighingsMin) { $0 + $1.count }
        return false
    }

    /// Makes what the transaction changed final.
    package func commit() {
        for table in tables { table.commitTransaction() }
        committedTurns = turns
        forget()
    }

    /// Undoes what the transaction changed and said.
    package func rollback() {
        for table in tables { table.rollbackTransaction() }
        turns = committedTurns
        forget()
    }

    /// Takes a record of the changelog.
    package func restore(key: [UInt8]?, value: [UInt8]?) throws(TaskFailure) {
        guard let key, let id = key.first else {
            throw TaskFailure(.changelogCorrupt, "a record of the changelog has no key")
        }
        // Of a time when an input kept the order of its keys.
        if id == ParkedKeys.tableID, parking == nil { park(ordered: []) }
        if id == RetryShelf.tableID || id == RetryShelf.timersID { _ = openShelf() }
        let table = table(id)
        guard table != nil || key == TransactionRecord.key else {
            throw TaskFailure(.changelogCorrupt, "the changelog has a table of id \(id)")
        }
        do throws(BinaryError) {
            if let table {
                // Memory that is used again.
                restoredKey.removeAll(keepingCapacity: true)
                restoredKey.append(contentsOf: key[1...])
                try table.restore(key: restoredKey, value: value)
            } else if let value {
                let record = try TransactionRecord(binary: value)
                restored = record
                turns = record.turns
                committedTurns = turns
            }
        } catch {
            throw TaskFailure(.changelogCorrupt, "a record of table \(id): \(error)")
        }
    }

    private func table(_ id: UInt8) -> (any StateStore)? {
        for table in tables where table.id == id { return table }
        return nil
    }

    /// Every entry of every table, by the tables' ids.
    package func entries() -> [UInt8: [[UInt8]: [UInt8]]] {
        var all: [UInt8: [[UInt8]: [UInt8]]] = [:]
        for table in tables {
            var entries: [[UInt8]: [UInt8]] = [:]
            table.forEachEntry { entries[$0] = $1 }
            // What is made when it is needed is as good as not there while it is empty.
            if !entries.isEmpty { all[table.id] = entries }
        }
        return all
    }

    private func perform(causeID: String, _ body: (inout R, ReducerContext) -> Void) {
        let mark = context.outputs.mark
        beginMessage()
        context.begin(causeID: causeID)
        body(&reducer, context)
        // No message is there to be rejected: what could be said stands.
        if context.takeFault() != nil { faults += 1 }
        guard tooLarge(since: mark, weighs: weigh()) != nil else { return }
        faults += 1
        context.outputs.cut(to: mark)
        for table in tables { table.rollbackMessage() }
    }

    /// Whether what is being reduced is weighed.
    private func weigh() -> Bool {
        guard weighings > 0 else { return false }
        weighings -= 1
        return true
    }

    /// A record that the broker refuses for its size would abort the transaction for ever.
    private func tooLarge(since mark: OutputBuffer.Mark, weighs: Bool) -> Rejection? {
        var count = context.outputs.largestByteCount(since: mark)
        // One byte of the key is the table's id.
        if weighs { count = tables.reduce(count) { max($0, $1.largestChangeBytes + 1) } }
        guard count > outputBytesMax else { return nil }
        if weighs { weighings = max(weighings, weighingsMin) }
        return Rejection(
            .tooLarge, "what it leads to takes \(count) bytes, the most is \(outputBytesMax)")
    }

    private func count(_ source: Int) {
        if let last = runs.indices.last, runs[last].source == source {
            runs[last].count += 1
        } else {
            runs.append(TransactionRecord.Run(source: source, count: 1))
        }
    }

    private func forget() {
        context.outputs.removeAll()
        runs.removeAll(keepingCapacity: true)
    }
}
