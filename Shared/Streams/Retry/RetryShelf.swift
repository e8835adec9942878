internal import Contracts

/// The messages of a task that could not be taken for a reason which may pass, each until it is tried
/// again. They are in a table with timers, so that they are there after a restart. Other keys go on
/// meanwhile; what comes with the key of one that waits is tried behind it.
///
/// Not on an input whose topic says `order: key`: there what cannot be taken parks its key.
package final class RetryShelf {
    /// The ids of the tables: none of a reducer's.
    package static let tableID: UInt8 = 252
    package static let timersID: UInt8 = 253
    /// Most messages that wait; what comes beyond is a dead letter at once.
    static let recordsMax = 1_000
    /// Largest message that waits, headers included, bytes: a thousand take no more than 16 MiB.
    static let recordBytesMax = 16 * 1024

    let table = Table<String, ShelvedRecord>(id: tableID, name: "retries")
    let timers = Timers(id: timersID)
    // The ids of each key that waits, in order: derived from the table.
    private var lines: [ParkedKey: [String]]?
    private var undoneCount = 0

    init() {}

    var tables: [any StateStore] { [table, timers] }

    /// When the first one is tried again, Unix ms.
    var nextDueMs: Int64? { timers.nextDueMs }

    /// Puts a message that was tried for the first time on the shelf, if there is room.
    /// - Returns: whether it will be tried again.
    func shelve(
        _ record: borrowing InputRecord, of input: String, _ policy: RetryPolicy, nowMs: Int64
    ) -> Bool {
        guard policy.attemptsMax > 1, let id = put(record, of: input, triedMs: [nowMs]) else {
            return false
        }
        timers.set(id, dueMs: nowMs + policy.waitMs(after: 1, of: id))
        return true
    }

    /// Puts a message behind the one of its key that waits.
    /// - Returns: false if none does, or there is no room.
    func join(_ record: borrowing InputRecord, of input: String) -> Bool {
        guard table.count > 0, let key = record.copyKey(),
            let first = line(of: ParkedKey(input: input, key: key)).first,
            let dueMs = timers.dueMs(first), let id = put(record, of: input, triedMs: [])
        else { return false }
        timers.set(id, dueMs: dueMs)
        return true
    }

    /// The first that is due, if it is the first of its key. One that waits behind another becomes
    /// due when that is, and after it.
    func takeDue(nowMs: Int64) -> (id: String, record: ShelvedRecord?)? {
        guard let id = timers.firstDue(nowMs: nowMs) else { return nil }
        guard let record = table[id] else { return (id, nil) }
        guard let key = record.key,
            let first = line(of: ParkedKey(input: record.input, key: key)).first, first != id,
            let dueMs = timers.dueMs(first)
        else { return (id, record) }
        timers.set(id, dueMs: dueMs)
        return nil
    }

    /// Has it tried once more later, if it was not tried often enough.
    func again(
        _ id: String, _ record: ShelvedRecord, _ policy: RetryPolicy, nowMs: Int64
    ) -> Bool {
        guard record.triedMs.count < policy.attemptsMax else { return false }
        table[id] = record
        timers.set(id, dueMs: nowMs + policy.waitMs(after: record.triedMs.count, of: id))
        return true
    }

    /// Takes one off the shelf.
    func remove(_ id: String) {
        if let record = table[id], let key = record.key {
            let key = ParkedKey(input: record.input, key: key)
            let rest = line(of: key).filter { $0 != id }
            lines?[key] = rest.isEmpty ? nil : rest
        }
        table[id] = nil
        timers.cancel(id)
    }

    private func put(
        _ record: borrowing InputRecord, of input: String, triedMs: [Int64]
    ) -> String? {
        guard table.count < Self.recordsMax,
            ShelvedRecord.size(of: record) <= Self.recordBytesMax
        else { return nil }
        // In the order of the offsets.
        let digits = String(record.offset)
        let id = input + "/" + String(repeating: "0", count: max(0, 19 - digits.count)) + digits
        // A topic that was made again has its offsets again: what waits is not written over.
        guard table[id] == nil else { return nil }
        var shelved = ShelvedRecord(record, of: input)
        shelved.triedMs = triedMs
        if let key = shelved.key {
            let key = ParkedKey(input: input, key: key)
            // In the order that a restart reads them in, which is the timers': of two that are due at
            // once the first of the key is first.
            var waiting = line(of: key)
            waiting.insert(id, at: waiting.firstIndex { $0 > id } ?? waiting.endIndex)
            lines?[key] = waiting
        }
        table[id] = shelved
        return id
    }

    /// The ids of those that wait with a key, in order.
    private func line(of key: ParkedKey) -> [String] {
        if let lines, undoneCount == table.undoneCount { return lines[key] ?? [] }
        undoneCount = table.undoneCount
        var made: [ParkedKey: [String]] = [:]
        for id in table.sortedKeys() {
            guard let record = table[id], let key = record.key else { continue }
            made[ParkedKey(input: record.input, key: key), default: []].append(id)
        }
        lines = made
        return made[key] ?? []
    }
}
