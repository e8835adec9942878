public import Contracts

/// Durable timers of a reducer: a key and when it is due. They survive a restart, because they
/// are a table; a timer that came due while the service was down fires when it is back.
///
/// Ids of what a timer says derive from its key and due time, so firing twice says the same.
public final class Timers: StateStore {
    private struct Entry: Comparable {
        let dueMs: Int64
        let key: String

        static func < (one: Entry, other: Entry) -> Bool {
            (one.dueMs, one.key) < (other.dueMs, other.key)
        }
    }

    private let table: Table<String, Int64>
    // A heap with entries that may be out of date; the table says which hold.
    private var heap = BinaryHeap<Entry>()

    /// No timers yet. `id` is the id of their table.
    public init(id: UInt8 = 250) {
        table = Table(id: id, name: "timers")
    }

    /// The id of the table.
    public var id: UInt8 { table.id }
    /// How many timers are set.
    public var count: Int { table.count }
    /// When the first timer is due, Unix ms; nil if none is set.
    public var nextDueMs: Int64? {
        dropStale()
        return heap.first?.dueMs
    }

    /// Sets, or moves, the timer of `key`.
    public func set(_ key: String, dueMs: Int64) {
        guard table[key] != dueMs else { return }
        table[key] = dueMs
        push(key, dueMs: dueMs)
    }

    /// Removes the timer of `key`, if it is set.
    public func cancel(_ key: String) {
        if table[key] != nil { table[key] = nil }
    }

    /// When the timer of `key` is due; nil if it is not set.
    public func dueMs(_ key: String) -> Int64? { table[key] }

    /// Removes and returns the first timer that is due at `nowMs`, by due time, then by key.
    public func popDue(nowMs: Int64) -> (key: String, dueMs: Int64)? {
        dropStale()
        guard let first = heap.first, first.dueMs <= nowMs else { return nil }
        _ = heap.pop()
        table[first.key] = nil
        return (first.key, first.dueMs)
    }

    /// The first timer that is due at `nowMs`, which stays set.
    func firstDue(nowMs: Int64) -> String? {
        dropStale()
        return heap.first.flatMap { $0.dueMs <= nowMs ? $0.key : nil }
    }

    private func dropStale() {
        while let first = heap.first, table[first.key] != first.dueMs { _ = heap.pop() }
    }

    private func push(_ key: String, dueMs: Int64) {
        heap.push(Entry(dueMs: dueMs, key: key))
        // Timers that are moved again and again leave entries behind: begin anew before they
        // outweigh the timers.
        guard heap.count > 2 * table.count + 64 else { return }
        heap = BinaryHeap()
        for key in table.sortedKeys() {
            if let dueMs = table[key] { heap.push(Entry(dueMs: dueMs, key: key)) }
        }
    }

    private func pushAgain(_ keys: [String]) {
        for key in keys {
            if let dueMs = table[key] { push(key, dueMs: dueMs) }
        }
    }

    // MARK: StateStore

    /// Goes by the task's clock.
    public func follow(_ clock: MessageClock) -> Bool { table.follow(clock) }

    /// Begins a message.
    public func beginMessage() { table.beginMessage() }

    /// Puts back what the current message changed.
    public func rollbackMessage() {
        let keys = table.keysOfMessage
        table.rollbackMessage()
        pushAgain(keys)
    }

    /// Whether the transaction changed anything.
    public var hasChanges: Bool { table.hasChanges }

    /// The transaction's changes, in the order of first change.
    public func forEachChange(_ body: ChangeHandler) {
        table.forEachChange(body)
    }

    /// The size of the largest change of the current message.
    public var largestChangeBytes: Int { table.largestChangeBytes }

    /// Makes the transaction's changes final.
    public func commitTransaction() { table.commitTransaction() }

    /// Puts back what the transaction changed.
    public func rollbackTransaction() {
        let keys = table.keysOfTransaction
        table.rollbackTransaction()
        pushAgain(keys)
    }

    /// Takes a record of the changelog.
    public func restore(key: [UInt8], value: [UInt8]?) throws(BinaryError) {
        try table.restore(key: key, value: value)
        guard let name = String(changelogBytes: key), let dueMs = table[name] else { return }
        push(name, dueMs: dueMs)
    }

    /// Every timer, in the order of the keys.
    public func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) -> Void) {
        table.forEachEntry(body)
    }
}
