internal import Streams

/// The marks of an instance: what it had counted at moments of the last window. `MarkTable` alone
/// changes it.
///
/// In the changelog marks come in runs, each under the slot in which it begins: what a transaction
/// has marked is one record. Runs may lie over each other; the later one holds. So that no later
/// record of a key uncovers what an earlier one still has to say, it says again which of that slots
/// are owned by the key.
final class MarkRing {
    // The moments lie side by side, for the begin of a window is looked for among them.
    private var momentsMs = InlineArray<16, Int64>(repeating: .min)
    private var totals = InlineArray<16, SignalTotals>(repeating: SignalTotals())
    let key: InstanceKey
    /// Where the table has it.
    let number: Int
    /// The slots that have a mark.
    private var marked = SlotSet()
    /// The slots that the transaction has changed, and whether it has forgotten all marks.
    private var changed = SlotSet()
    private var isCleared = false
    /// The slots under which the changelog may have a run.
    private var logged = SlotSet()
    /// Of each slot under which there is a run, those whose marks that run has to say.
    private var owned = InlineArray<16, SlotSet>(repeating: SlotSet())

    init(_ key: InstanceKey, number: Int) {
        self.key = key
        self.number = number
    }

    /// How many marks there are.
    var count: Int { marked.bits.nonzeroBitCount }

    /// Event time of the mark in a slot, ms; nil if there is none.
    subscript(tsMs slot: Int) -> Int64? { momentsMs[slot] == .min ? nil : momentsMs[slot] }

    /// Lends what was counted at the mark in a slot, which is not copied.
    func lend<R>(_ slot: Int, _ body: (borrowing SignalTotals) -> R) -> R {
        totals[slot].lend(body)
    }

    /// Puts a mark into a slot.
    func set(_ slot: Int, tsMs: Int64, _ counted: SignalTotals) {
        momentsMs[slot] = tsMs
        totals[slot] = counted
        marked.insert(slot)
    }

    /// Takes the mark out of a slot.
    func remove(_ slot: Int) {
        momentsMs[slot] = .min
        totals[slot] = SignalTotals()
        marked.remove(slot)
    }

    /// Has the moments fetched, and the marks in these slots.
    func prefetch(slots: (Int, Int)) {
        Prefetch.value(&momentsMs)
        Prefetch.value(&changed)
        Prefetch.value(&totals[slots.0])
        Prefetch.value(&totals[slots.1])
    }

    /// Has the marks fetched that the transaction has changed.
    func prefetchChanges() {
        for slot in 0..<MarkKey.slots where changed.contains(slot) { Prefetch.value(&totals[slot]) }
    }

    // MARK: The transaction

    /// Whether the transaction has changed anything.
    var isChanged: Bool { !changed.isEmpty }

    /// Whether neither the ring nor the changelog has a mark of the instance.
    var isBlank: Bool { marked.isEmpty && logged.isEmpty }

    /// The transaction changes a slot.
    func noteChange(_ slot: Int) { changed.insert(slot) }

    /// The transaction forgets all marks.
    func noteClearing() { isCleared = true }

    /// The run that the changelog gets for what the transaction has changed; nil if there is none.
    var run: (first: Int, slots: SlotSet)? {
        // What was put there and undone may have left a change that is none.
        let news = isCleared ? marked : changed.intersection(marked)
        guard let first = news.begin else { return nil }
        return (first, isCleared ? news : news.union(owned[first]))
    }

    /// The slots whose runs in the changelog are over.
    var ended: SlotSet {
        guard isCleared else { return SlotSet() }
        var ended = logged
        if let run { ended.remove(run.first) }
        return ended
    }

    /// The transaction has ended. If it is kept, the changelog has what it changed.
    func endTransaction(isKept: Bool) {
        if isKept {
            let (run, ended) = (run, ended)
            for slot in 0..<MarkKey.slots where ended.contains(slot) { dropRun(slot) }
            if let run { own(run.slots, first: run.first) }
        }
        changed = SlotSet()
        isCleared = false
    }

    // MARK: The changelog

    /// The marks that the run at `first` has to say.
    func owned(first: Int) -> SlotSet { owned[first] }

    /// Takes a run from the changelog.
    func take(_ marks: [(place: Int, mark: TotalsMark)], first: Int) {
        var slots = SlotSet()
        for (place, mark) in marks {
            let slot = (first + place) % MarkKey.slots
            set(slot, tsMs: mark.tsMs, mark.totals)
            slots.insert(slot)
        }
        removeAll(owned[first].subtracting(slots))
        own(slots, first: first)
    }

    /// Forgets the run at `first`, which the changelog has no more.
    func forget(first: Int) {
        removeAll(owned[first])
        dropRun(first)
    }

    private func removeAll(_ slots: SlotSet) {
        for slot in 0..<MarkKey.slots where slots.contains(slot) { remove(slot) }
    }

    private func own(_ slots: SlotSet, first: Int) {
        for other in owned.indices { owned[other] = owned[other].subtracting(slots) }
        owned[first] = slots
        logged.insert(first)
    }

    private func dropRun(_ first: Int) {
        owned[first] = SlotSet()
        logged.remove(first)
    }
}

extension SignalTotals {
    /// In place: to read them out of an object would copy them.
    fileprivate mutating func lend<R>(_ body: (borrowing Self) -> R) -> R { body(self) }
}
