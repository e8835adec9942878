public import Contracts

/// A keyed table of a reducer: state that survives, because each change goes to the changelog in
/// the transaction of the message that made it.
///
/// Changes show at once to the reducer that makes them and are journaled with the value before,
/// once per transaction and once per message, so that either can be undone. One task owns a
/// table; it is not `Sendable`.
public final class Table<Key: TableKey, Value: BinaryCodable>: StateStore {
    private struct Slot {
        let key: Key
        var value: Value?
        var transaction: UInt64
        var message: UInt64
        /// Counts up when the slot is given away, so that a place in it is known to be over.
        var tenancy: UInt32
    }

    private struct Change {
        let slot: Int
        let before: Value?
    }

    /// Where a key is kept, so that it need not be looked up again. Good until the key is deleted;
    /// a table knows a place that is over, and looks the key up then.
    public struct Place: Sendable {
        fileprivate let number: UInt32
        fileprivate let tenancy: UInt32
        fileprivate var slot: Int { Int(number) }

        fileprivate init(slot: Int, tenancy: UInt32) {
            number = UInt32(slot)
            self.tenancy = tenancy
        }
    }

    /// The first byte of the changelog keys.
    public let id: UInt8
    /// For people: logs and metrics.
    public let name: String
    /// How many keys have a value.
    public private(set) var count = 0
    /// Numbers the messages.
    public private(set) var clock = MessageClock()
    /// How often changes of this table were undone. What is derived from it alone holds as long as
    /// this stands still.
    package private(set) var undoneCount = 0

    private var index = SlotIndex()
    private var slots: ContiguousArray<Slot> = []
    private var free: [Int] = []
    private var transactionJournal: ContiguousArray<Change> = []
    /// What the current message changed, except what it was the first to change in the transaction:
    /// that stands at the end of the transaction's journal.
    private var messageJournal: ContiguousArray<Change> = []
    private var messageStart = 0
    private var transaction: UInt64 = 1
    /// The message that `messageJournal` is about; it is emptied when the next one first writes.
    private var journaledMessage: UInt64 = 0

    // A call through `any StateStore` reaches code that is compiled once for all tables and looks
    // up their types as it runs. These do the work of each record; they are formed where a table
    // is made, and so are compiled for its types.
    private let stageEach: (Table, ChangeHandler) -> Void
    private let restoreOne: (Table, [UInt8], [UInt8]?) throws(BinaryError) -> Void
    private let keepAll: (Table) -> Void
    private var keyWriter = BinaryWriter()
    private var valueWriter = BinaryWriter()

    /// An empty table.
    public init(id: UInt8, name: String) {
        self.id = id
        self.name = name
        stageEach = { table, body in table.stageChanges(body) }
        restoreOne = { table, key, value throws(BinaryError) in
            try table.take(key: key, value: value)
        }
        keepAll = { table in table.keepChanges() }
    }

    /// The value of `key`; setting nil deletes it.
    public subscript(key: Key) -> Value? {
        get {
            guard let slot = find(key) else { return nil }
            return slots[slot].value
        }
        set { write(newValue, at: slot(of: key)) }
    }

    /// Changes the value of `key` in place; `initial` is what an absent key has.
    ///
    /// What `body` throws is thrown on, and the value stays as it was.
    public func update<R, E: Error>(
        _ key: Key, initial: @autoclosure () -> Value, _ body: (inout Value) throws(E) -> R
    ) throws(E) -> R {
        let known = find(key)
        var value = known.flatMap { slots[$0].value } ?? initial()
        let result = try body(&value)
        write(value, at: known ?? slot(of: key))
        return result
    }

    /// Sets the value of `key`, which is looked up only if `place` is not known or over.
    public func set(_ value: Value, of key: @autoclosure () -> Key, at place: inout Place?) {
        if let known = place, holds(known) { return write(value, at: known.slot) }
        let slot = slot(of: key())
        place = Place(slot: slot, tenancy: slots[slot].tenancy)
        write(value, at: slot)
    }

    /// The value at a place, nil if there is none or the place is over.
    public func value(at place: Place) -> Value? {
        holds(place) ? slots[place.slot].value : nil
    }

    /// Changes the value at a place where it lies: for values that are large to copy.
    /// - Returns: what `body` returns; nil if there is no value there or the place is over.
    @discardableResult
    public func change<R>(at place: Place, _ body: (inout Value) -> R) -> R? {
        guard holds(place) else { return nil }
        journal(place.slot)
        return slots[place.slot].value?.lend(body)
    }

    /// Lends the value at a place, which is not copied.
    /// - Returns: what `body` returns; nil if there is no value there or the place is over.
    public func lend<R>(at place: Place, _ body: (borrowing Value) -> R) -> R? {
        holds(place) ? slots[place.slot].value?.lend { body($0) } : nil
    }

    /// Has what is at a place fetched, for it is about to be looked at.
    public func prefetch(_ place: Place) { Prefetch.value(&slots[place.slot]) }

    /// Where `key` is kept, if it is.
    public func place(of key: Key) -> Place? {
        find(key).map { Place(slot: $0, tenancy: slots[$0].tenancy) }
    }

    private func holds(_ place: Place) -> Bool { slots[place.slot].tenancy == place.tenancy }

    /// The keys that have a value, in order. Costs a sort: not for hot paths.
    public func sortedKeys() -> [Key] {
        slots.lazy.filter { $0.value != nil }.map(\.key).sorted()
    }

    // MARK: StateStore

    /// Goes by the task's clock.
    public func follow(_ clock: MessageClock) -> Bool {
        self.clock = clock
        return true
    }

    /// Begins a message.
    public func beginMessage() { clock.tick() }

    /// Puts back what the current message changed.
    public func rollbackMessage() {
        guard journaledMessage == clock.message else { return }
        for change in messageJournal.reversed() { undo(change) }
        for change in transactionJournal[messageStart...].reversed() { undo(change) }
        journaledMessage = 0
        countUndoing()
    }

    private func countUndoing() {
        undoneCount += 1
        clock.countUndoing()
    }

    private func undo(_ change: Change) {
        set(change.before, at: change.slot)
        // What the same message writes from here on is journaled anew.
        slots[change.slot].message = 0
    }

    /// Whether the transaction changed anything.
    public var hasChanges: Bool {
        transactionJournal.contains { $0.before != nil || slots[$0.slot].value != nil }
    }

    /// The transaction's changes, in the order of first change. A key that was not there before
    /// and is not there now is none.
    public func forEachChange(_ body: ChangeHandler) { stageEach(self, body) }

    private func stageChanges(_ body: ChangeHandler) {
        for index in transactionJournal.indices {
            // The slots lie in no order; what comes next is fetched meanwhile.
            if index + 1 < transactionJournal.count {
                Prefetch.value(&slots[transactionJournal[index + 1].slot])
            }
            let slot = transactionJournal[index].slot
            // The writers keep their memory, so that a change costs no allocation.
            valueWriter.removeAll()
            let isThere: Void? = slots[slot].value?.lend { $0.encode(into: &valueWriter) }
            guard isThere != nil else {
                if transactionJournal[index].before != nil {
                    unsafe body(slots[slot].key.changelogBytes.span.bytes, nil)
                }
                continue
            }
            keyWriter.removeAll()
            slots[slot].key.write(into: &keyWriter)
            keyWriter.written.withSpan { key in valueWriter.written.withSpan { body(key, $0) } }
        }
    }

    /// The size of the largest change of the current message.
    public var largestChangeBytes: Int {
        guard journaledMessage == clock.message else { return 0 }
        return slotsOfMessage.map {
            slots[$0].key.changelogBytes.count + (slots[$0].value?.binary().count ?? 0)
        }.max() ?? 0
    }

    /// Makes the transaction's changes final and forgets deleted keys.
    public func commitTransaction() { keepAll(self) }

    private func keepChanges() {
        for index in transactionJournal.indices {
            let slot = transactionJournal[index].slot
            if slots[slot].value == nil { release(slot) }
        }
        nextTransaction()
    }

    /// Puts back what the transaction changed.
    public func rollbackTransaction() {
        for change in transactionJournal.reversed() {
            set(change.before, at: change.slot)
            if change.before == nil { release(change.slot) }
        }
        if !transactionJournal.isEmpty { countUndoing() }
        nextTransaction()
    }

    /// Takes a record of the changelog.
    public func restore(key: [UInt8], value: [UInt8]?) throws(BinaryError) {
        try restoreOne(self, key, value)
    }

    private func take(key: [UInt8], value: [UInt8]?) throws(BinaryError) {
        guard let key = Key(changelogBytes: key) else { throw BinaryError(.notUTF8, at: 0) }
        if let value {
            set(try Value(binary: value), at: slot(of: key))
        } else if let slot = find(key) {
            set(nil, at: slot)
            release(slot)
        }
    }

    /// Every entry, in the order of the keys.
    public func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) -> Void) {
        for key in sortedKeys() {
            if let value = self[key] { body(key.changelogBytes, value.binary()) }
        }
    }

    /// The keys that the current message changed.
    var keysOfMessage: [Key] {
        journaledMessage == clock.message ? slotsOfMessage.map { slots[$0].key } : []
    }

    private var slotsOfMessage: [Int] {
        (transactionJournal[messageStart...] + messageJournal).map(\.slot)
    }

    /// The keys that the transaction changed.
    var keysOfTransaction: [Key] { transactionJournal.map { slots[$0.slot].key } }

    private static func hash(_ key: Key) -> UInt32 { UInt32(truncatingIfNeeded: key.hashValue) }

    private func find(_ key: Key) -> Int? {
        index.find(Self.hash(key)) { slots[$0].key == key }
    }

    private func slot(of key: Key) -> Int {
        let hash = Self.hash(key)
        if let slot = index.find(hash, where: { slots[$0].key == key }) { return slot }
        let slot: Int
        if let reused = free.popLast() {
            let tenancy = slots[reused].tenancy
            slots[reused] = Slot(
                key: key, value: nil, transaction: 0, message: 0, tenancy: tenancy)
            slot = reused
        } else {
            slots.append(Slot(key: key, value: nil, transaction: 0, message: 0, tenancy: 0))
            slot = slots.count - 1
        }
        index.insert(slot, hash: hash)
        return slot
    }

    private func write(_ value: Value?, at slot: Int) {
        journal(slot)
        set(value, at: slot)
    }

    /// Keeps the value of `slot` before the first change of the message.
    private func journal(_ slot: Int) {
        let message = clock.message
        guard slots[slot].message != message else { return }
        slots[slot].message = message
        if journaledMessage != message {
            journaledMessage = message
            messageJournal.removeAll(keepingCapacity: true)
            messageStart = transactionJournal.count
        }
        if slots[slot].transaction != transaction {
            slots[slot].transaction = transaction
            transactionJournal.append(Change(slot: slot, before: slots[slot].value))
        } else {
            messageJournal.append(Change(slot: slot, before: slots[slot].value))
        }
    }

    private func set(_ value: Value?, at slot: Int) {
        count += (value == nil ? 0 : 1) - (slots[slot].value == nil ? 0 : 1)
        slots[slot].value = value
    }

    private func release(_ slot: Int) {
        index.remove(slot, hash: Self.hash(slots[slot].key))
        slots[slot].tenancy &+= 1
        free.append(slot)
    }

    private func nextTransaction() {
        transaction &+= 1
        transactionJournal.removeAll(keepingCapacity: true)
        messageJournal.removeAll(keepingCapacity: true)
        messageStart = 0
        beginMessage()
    }
}

extension BinaryCodable {
    /// In place, behind an optional: to unwrap it would copy the value.
    fileprivate mutating func lend<R>(_ body: (inout Self) -> R) -> R { body(&self) }
}
