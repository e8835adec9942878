internal import Contracts
internal import Streams

/// The marks of all instances. A transaction says those of an instance in one record: behind a backlog
/// it has several signals of each, and a record for each of their marks would be most of what the
/// changelog gets.
final class MarkTable: StateStore {
    /// A mark as it was before a change.
    private struct Change {
        let number: Int
        let slot: Int
        let tsMs: Int64?
        let totals: SignalTotals
    }

    let id: UInt8
    private var clock = MessageClock()
    private var numbers: [InstanceKey: Int] = [:]
    private var rings: ContiguousArray<MarkRing?> = []
    private var free: [Int] = []
    /// The rings that the transaction has changed, in the order of their first change.
    private var changed: ContiguousArray<Int> = []
    private var journal: ContiguousArray<Change> = []
    /// Where the journal of the message `journaledMessage` begins.
    private var messageStart = 0
    private var journaledMessage: UInt64 = 0
    private var keyWriter = BinaryWriter()
    private var valueWriter = BinaryWriter()

    init(id: UInt8) { self.id = id }

    /// How many marks there are.
    var count: Int { rings.reduce(0) { $0 + ($1?.count ?? 0) } }

    /// The marks of an instance, if it has any.
    func find(_ key: InstanceKey) -> MarkRing? { numbers[key].flatMap { rings[$0] } }

    /// The marks of an instance, which is about to get its first one.
    func ring(of key: InstanceKey) -> MarkRing {
        if let known = find(key) { return known }
        let number = free.popLast() ?? rings.count
        let ring = MarkRing(key, number: number)
        if number == rings.count { rings.append(ring) } else { rings[number] = ring }
        numbers[key] = number
        return ring
    }

    /// Puts a mark into a slot.
    func set(_ ring: MarkRing, slot: Int, tsMs: Int64, _ totals: SignalTotals) {
        note(ring, slot)
        ring.set(slot, tsMs: tsMs, totals)
    }

    /// Forgets all marks of an instance.
    func clear(_ ring: MarkRing) {
        for slot in 0..<MarkKey.slots where ring[tsMs: slot] != nil {
            note(ring, slot)
            ring.remove(slot)
        }
        ring.noteClearing()
    }

    /// Keeps what a slot has before it changes.
    private func note(_ ring: MarkRing, _ slot: Int) {
        if journaledMessage != clock.message {
            journaledMessage = clock.message
            messageStart = journal.count
        }
        if !ring.isChanged { changed.append(ring.number) }
        ring.noteChange(slot)
        ring.lend(slot) {
            journal.append(
                Change(number: ring.number, slot: slot, tsMs: ring[tsMs: slot], totals: $0))
        }
    }

    private func undo(downTo start: Int) {
        guard journal.count > start else { return }
        while journal.count > start, let change = journal.popLast() {
            if let tsMs = change.tsMs {
                rings[change.number]?.set(change.slot, tsMs: tsMs, change.totals)
            } else {
                rings[change.number]?.remove(change.slot)
            }
        }
        clock.countUndoing()
    }

    private func endTransaction(isKept: Bool) {
        for number in changed {
            guard let ring = rings[number] else { continue }
            ring.endTransaction(isKept: isKept)
            if ring.isBlank { release(ring) }
        }
        changed.removeAll(keepingCapacity: true)
        journal.removeAll(keepingCapacity: true)
        messageStart = 0
    }

    private func release(_ ring: MarkRing) {
        rings[ring.number] = nil
        numbers[ring.key] = nil
        free.append(ring.number)
    }

    // MARK: StateStore

    func follow(_ clock: MessageClock) -> Bool {
        self.clock = clock
        return true
    }

    func beginMessage() { clock.tick() }

    func rollbackMessage() {
        if journaledMessage == clock.message { undo(downTo: messageStart) }
    }

    var hasChanges: Bool {
        changed.contains { number in rings[number].map { !$0.isBlank } ?? false }
    }

    func forEachChange(_ body: ChangeHandler) {
        for index in changed.indices {
            // The rings lie in no order; what comes next is fetched meanwhile.
            if index + 1 < changed.count { rings[changed[index + 1]]?.prefetchChanges() }
            guard let ring = rings[changed[index]] else { continue }
            stageEnded(ring, body)
            guard let run = ring.run else { continue }
            // The writers keep their memory, so that a change costs no allocation.
            keyWriter.removeAll()
            MarkKey(ring.key, slot: run.first).write(into: &keyWriter)
            valueWriter.removeAll()
            MarkRun.encode(ring, run.slots, from: run.first, into: &valueWriter)
            keyWriter.written.withSpan { key in valueWriter.written.withSpan { body(key, $0) } }
        }
    }

    /// What is over goes before the run, which may say it anew.
    private func stageEnded(_ ring: MarkRing, _ body: ChangeHandler) {
        let ended = ring.ended
        guard !ended.isEmpty else { return }
        for slot in 0..<MarkKey.slots where ended.contains(slot) {
            unsafe body(MarkKey(ring.key, slot: slot).changelogBytes.span.bytes, nil)
        }
    }

    var largestChangeBytes: Int {
        guard journaledMessage == clock.message else { return 0 }
        return journal[messageStart...].reduce(0) { largest, change in
            guard let ring = rings[change.number], let run = ring.run else { return largest }
            let key = MarkKey(ring.key, slot: run.first).changelogBytes
            return max(largest, key.count + Self.encoded(ring, run.slots, run.first).count)
        }
    }

    func commitTransaction() { endTransaction(isKept: true) }

    func rollbackTransaction() {
        undo(downTo: 0)
        endTransaction(isKept: false)
    }

    func restore(key: [UInt8], value: [UInt8]?) throws(BinaryError) {
        guard let key = MarkKey(changelogBytes: key) else { throw BinaryError(.notUTF8, at: 0) }
        if let value {
            let marks = try MarkRun.decode(value)
            ring(of: key.instance).take(marks, first: key.slot)
        } else if let ring = find(key.instance) {
            ring.forget(first: key.slot)
            if ring.isBlank { release(ring) }
        }
    }

    func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) -> Void) {
        for key in numbers.keys.sorted() {
            guard let ring = find(key) else { continue }
            for first in 0..<MarkKey.slots where !ring.owned(first: first).isEmpty {
                body(
                    MarkKey(key, slot: first).changelogBytes,
                    Self.encoded(ring, ring.owned(first: first), first))
            }
        }
    }

    private static func encoded(_ ring: MarkRing, _ slots: SlotSet, _ first: Int) -> [UInt8] {
        var writer = BinaryWriter()
        MarkRun.encode(ring, slots, from: first, into: &writer)
        return writer.bytes
    }
}
