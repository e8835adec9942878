internal import Contracts
internal import Streams

/// What is known of every instance: its totals, and marks of them over the last window.
///
/// A window is the difference between an instance's totals now and its newest mark at or before
/// the window's begin. So a signal costs one small record, however long the window is, and a mark
/// is written twelve times a window.
struct InstanceStore {
    let states = Table<InstanceKey, InstanceState>(id: 2, name: "instances")
    let shapes = Table<InstanceKey, InstanceShape>(id: 3, name: "shapes")
    let marks = Table<MarkKey, TotalsMark>(id: 4, name: "marks")
    let lists = Table<String, InstanceList>(id: 5, name: "instance lists")
    let failing = Table<InstanceKey, FailingInstance>(id: 7, name: "failing instances")

    /// The most event time between two signals of an instance that a window may span, in windows.
    /// After a longer silence its windows begin anew: what happened meanwhile is over, and must
    /// not look as if it happened now.
    private static let silenceWindowsMax: Int64 = 3

    /// The names of a service's instances, in order.
    func names(of service: String) -> [String] { lists[service]?.names ?? [] }

    // MARK: Taking signals

    /// Takes a signal of counters; nothing older than the instance's last may come here.
    func take(_ signal: SignalPayload, tsMs: Int64, seenMs: Int64, windowMs: Int64) {
        let key = InstanceKey(signal.service, signal.instance)
        let result: SignalIntake.Result
        if let state = states[key], let shape = shapes[key],
            tsMs - state.tsMs <= Self.silenceWindowsMax * windowMs
        {
            result = SignalIntake.next(
                signal, tsMs: tsMs, seenMs: seenMs, windowMs: windowMs, state: state, shape: shape)
        } else {
            result = SignalIntake.first(signal, tsMs: tsMs, seenMs: seenMs, windowMs: windowMs)
        }
        keep(result, key, stepMs: max(1, windowMs / 12))
    }

    /// Takes a signal of gauges; nothing older than the instance's last may come here.
    func take(_ signal: SignalValuesPayload, tsMs: Int64, seenMs: Int64, windowMs: Int64) {
        let key = InstanceKey(signal.service, signal.instance)
        let known = states[key].flatMap {
            tsMs - $0.tsMs <= Self.silenceWindowsMax * windowMs ? $0 : nil
        }
        let result = SignalIntake.values(signal, tsMs: tsMs, seenMs: seenMs, state: known)
        keep(result, key, stepMs: max(1, windowMs / 12))
    }

    private func keep(_ result: SignalIntake.Result, _ key: InstanceKey, stepMs: Int64) {
        var state = result.state
        if let base = result.base {
            forgetMarks(key)
            marks[MarkKey(key, slot: 0)] = base
            state.markMs = base.tsMs
            state.markSlot = 0
        } else if let before = states[key] {
            state.markMs = before.markMs
            state.markSlot = before.markSlot
            // Before a pause of half a window the last signal is marked too, or else windows would
            // begin a step earlier, and hold little but what was before.
            if state.tsMs - before.tsMs >= 6 * stepMs, before.tsMs > before.markMs {
                mark(key, &state, tsMs: before.tsMs, before.totals)
            }
        }
        // A first signal is marked beside its base: gauges of this very signal count in the windows
        // that it ends, not in those that begin with it.
        if result.base != nil || state.tsMs - state.markMs >= stepMs {
            mark(key, &state, tsMs: state.tsMs, state.totals)
        }
        states[key] = state
        if let shape = result.shape { shapes[key] = shape }
    }

    private func mark(
        _ key: InstanceKey, _ state: inout InstanceState, tsMs: Int64, _ totals: SignalTotals
    ) {
        state.markSlot = (state.markSlot + 1) % MarkKey.slots
        state.markMs = tsMs
        marks[MarkKey(key, slot: state.markSlot)] = TotalsMark(tsMs: tsMs, totals: totals)
    }

    /// Adds an instance to its service's list. If there are too many, the one that was silent for
    /// longest makes way.
    func enlist(_ key: InstanceKey, instancesMax: Int) {
        var names = names(of: key.service)
        guard !names.contains(key.instance) else { return }
        if names.count >= instancesMax {
            let oldest = names.min { one, other in
                (seenMs(InstanceKey(key.service, one)), one)
                    < (seenMs(InstanceKey(key.service, other)), other)
            }
            if let oldest {
                forget(InstanceKey(key.service, oldest))
                names.removeAll { $0 == oldest }
            }
        }
        names.append(key.instance)
        lists[key.service] = InstanceList(names.sorted())
    }

    // MARK: Windows

    /// What the service did within the window that ends at `endMs`.
    func figures(_ service: String, endMs: Int64, windowMs: Int64) -> WindowFigures {
        var figures = WindowFigures()
        let beginMs = endMs - windowMs
        for name in names(of: service) {
            let key = InstanceKey(service, name)
            guard let state = states[key], state.tsMs > beginMs,
                let base = base(key, state, beginMs: beginMs)
            else { continue }
            figures.add(
                state.totals, since: base.totals, elapsedMs: state.tsMs - base.tsMs,
                reports: state.reports, boundsMs: shapes[key]?.boundsMs ?? [])
        }
        return figures
    }

    /// The newest mark at or before `beginMs`, else the oldest there is. Back from the last one the
    /// marks grow older, until there is none: halving finds it with a third of the looks.
    private func base(_ key: InstanceKey, _ state: InstanceState, beginMs: Int64) -> TotalsMark? {
        // Up to `inside` marks back all lie within the window; `outside` back none does any more.
        let slots = Int(MarkKey.slots)
        var inside = -1
        var outside = slots
        var oldestInside: TotalsMark?
        var newestOutside: TotalsMark?
        while outside - inside > 1 {
            let back = (inside + outside) / 2
            let slot = (Int(state.markSlot) + slots - back) % slots
            let mark = marks[MarkKey(key, slot: UInt8(slot))]
            if let mark, mark.tsMs > beginMs {
                inside = back
                oldestInside = mark
            } else {
                outside = back
                newestOutside = mark
            }
        }
        return newestOutside ?? oldestInside
    }

    // MARK: Silence

    /// When a usable signal of the instance was last taken, wall time, ms; 0 if never.
    func seenMs(_ key: InstanceKey) -> Int64 { states[key]?.seenMs ?? 0 }

    /// When a usable signal of any instance was last taken, wall time, ms; nil if never.
    func lastSeenMs(_ service: String) -> Int64? {
        names(of: service).lazy.compactMap { states[InstanceKey(service, $0)]?.seenMs }.max()
    }

    /// Forgets instances that have said nothing, and did not fail, since wall time `sinceMs`.
    func forgetSilent(_ service: String, sinceMs: Int64) {
        let names = names(of: service)
        let kept = names.filter { name in
            let key = InstanceKey(service, name)
            return max(seenMs(key), failing[key]?.lastMs ?? 0) > sinceMs
        }
        guard kept.count < names.count else { return }
        for name in names where !kept.contains(name) { forget(InstanceKey(service, name)) }
        lists[service] = InstanceList(kept)
    }

    /// Forgets all of a service.
    func forget(_ service: String) {
        for name in names(of: service) { forget(InstanceKey(service, name)) }
        if lists[service] != nil { lists[service] = nil }
    }

    private func forget(_ key: InstanceKey) {
        forgetMarks(key)
        if states[key] != nil { states[key] = nil }
        if shapes[key] != nil { shapes[key] = nil }
        if failing[key] != nil { failing[key] = nil }
    }

    private func forgetMarks(_ key: InstanceKey) {
        for slot in 0..<MarkKey.slots {
            let mark = MarkKey(key, slot: slot)
            if marks[mark] != nil { marks[mark] = nil }
        }
    }
}
