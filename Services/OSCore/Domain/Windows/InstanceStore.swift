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
    let marks = MarkTable(id: 4)
    let lists = Table<String, InstanceList>(id: 5, name: "instance lists")
    let failing = Table<InstanceKey, FailingInstance>(id: 7, name: "failing instances")

    /// The most event time between two signals of an instance that a window may span, in windows.
    /// After a longer silence its windows begin anew: what happened meanwhile is over, and must
    /// not look as if it happened now.
    private static let silenceWindowsMax: Int64 = 3

    /// The names of a service's instances, in order.
    func names(of service: String) -> [String] { lists[service]?.names ?? [] }

    /// Puts what the tables hold of a service's instances at hand, in the order of their names.
    func instances(of service: String) -> [InstanceNode] {
        names(of: service).map { name in
            let key = InstanceKey(service, name)
            let node = InstanceNode(key)
            node.state = states.place(of: key)
            node.shape = shapes.place(of: key)
            node.ring = marks.find(key)
            return node
        }
    }

    /// Has fetched what a signal of an instance looks at.
    func prefetch(_ node: InstanceNode) {
        if let place = node.state { states.prefetch(place) }
        if let place = node.shape { shapes.prefetch(place) }
        node.ring?.prefetch(slots: (node.baseSlot, node.nextSlot))
    }

    // MARK: Taking signals

    /// Event time of an instance's last signal, ms; nil if none was taken.
    func lastMs(_ node: InstanceNode) -> Int64? {
        node.state.flatMap { states.lend(at: $0) { $0.tsMs } }
    }

    /// Wall time at which a usable signal of an instance was last taken, ms; 0 if never.
    func seenMs(_ node: InstanceNode) -> Int64 {
        node.state.flatMap { states.lend(at: $0) { $0.seenMs } } ?? 0
    }

    /// Takes a signal; nothing older than the instance's last may come here.
    func take(_ signal: SignalReading, _ node: InstanceNode, seenMs: Int64, windowMs: Int64) {
        guard let place = node.state, goesOn(signal, node, windowMs: windowMs) else {
            return begin(signal, node, seenMs: seenMs, windowMs: windowMs)
        }
        let stepMs = max(1, windowMs / 12)
        let anew: InstanceShape?? = states.change(at: place) { state in
            // Before a pause of half a window the last signal is marked too, or else windows would
            // begin a step earlier, and hold little but what was before.
            if signal.tsMs - state.tsMs >= 6 * stepMs, state.tsMs > state.markMs {
                mark(node, &state, tsMs: state.tsMs)
            }
            let anew = add(signal, node, to: &state, seenMs: seenMs)
            if state.tsMs - state.markMs >= stepMs { mark(node, &state, tsMs: state.tsMs) }
            return anew
        }
        if let anew = anew ?? nil { keep(anew, node) }
    }

    /// Whether a signal goes on where the instance's last one stood.
    private func goesOn(
        _ signal: SignalReading, _ node: InstanceNode, windowMs: Int64
    ) -> Bool {
        guard let lastMs = lastMs(node),
            signal.tsMs - lastMs <= Self.silenceWindowsMax * windowMs
        else { return false }
        guard signal.kind != .values else { return true }
        return node.shape.flatMap { shapes.lend(at: $0) { SignalIntake.fits(signal, $0) } } ?? false
    }

    /// - Returns: The new shape, if the instance has begun to count anew.
    private func add(
        _ signal: SignalReading, _ node: InstanceNode, to state: inout InstanceState,
        seenMs: Int64
    ) -> InstanceShape? {
        guard signal.kind != .values else {
            SignalIntake.addValues(signal, to: &state, seenMs: seenMs)
            return nil
        }
        let anew: InstanceShape?? = node.shape.flatMap { place in
            shapes.lend(at: place) {
                SignalIntake.next(signal, seenMs: seenMs, state: &state, shape: $0)
            }
        }
        return anew ?? nil
    }

    /// Takes the first signal of an instance, or the first after something that ends its windows.
    private func begin(
        _ signal: SignalReading, _ node: InstanceNode, seenMs: Int64, windowMs: Int64
    ) {
        var beginning: SignalIntake.Beginning
        if signal.kind == .values {
            let empty = SignalTotals()
            var state = InstanceState(
                tsMs: signal.tsMs, seenMs: seenMs, reports: [], totals: empty)
            SignalIntake.addValues(signal, to: &state, seenMs: seenMs)
            beginning = SignalIntake.Beginning(
                state: state, shape: nil, base: TotalsMark(tsMs: signal.tsMs, totals: empty))
        } else {
            beginning = SignalIntake.first(signal, seenMs: seenMs, windowMs: windowMs)
        }
        forgetMarks(node)
        beginning.state.markSlot = UInt8(MarkKey.slots - 1)
        mark(node, &beginning.state, tsMs: beginning.base.tsMs, beginning.base.totals)
        // A first signal is marked beside its base: gauges of this very signal count in the windows
        // that it ends, not in those that begin with it.
        mark(node, &beginning.state, tsMs: signal.tsMs)
        states.set(beginning.state, of: node.key, at: &node.state)
        if let shape = beginning.shape { keep(shape, node) }
    }

    private func keep(_ shape: InstanceShape, _ node: InstanceNode) {
        shapes.set(shape, of: node.key, at: &node.shape)
    }

    /// Marks what `state` has counted in the next slot of the ring.
    private func mark(_ node: InstanceNode, _ state: inout InstanceState, tsMs: Int64) {
        mark(node, &state, tsMs: tsMs, state.totals)
    }

    /// Puts a mark into the next slot of the ring.
    private func mark(
        _ node: InstanceNode, _ state: inout InstanceState, tsMs: Int64, _ totals: SignalTotals
    ) {
        if node.ring == nil { node.ring = marks.ring(of: node.key) }
        guard let ring = node.ring else { return }
        state.markSlot = (state.markSlot + 1) % UInt8(MarkKey.slots)
        node.nextSlot = (Int(state.markSlot) + 1) % MarkKey.slots
        state.markMs = tsMs
        marks.set(ring, slot: Int(state.markSlot), tsMs: tsMs, totals)
    }

    /// Adds an instance to its service. If there are too many, the one that was silent for longest
    /// makes way.
    func enlist(_ name: [UInt8], _ service: ServiceNode, instancesMax: Int) -> InstanceNode {
        if service.instances.count >= instancesMax {
            let oldest = service.instances.min { (seenMs($0), $0.name) < (seenMs($1), $1.name) }
            if let oldest {
                forget(oldest)
                service.instances.removeAll { $0 === oldest }
            }
        }
        let node = InstanceNode(
            InstanceKey(service.name, String(decoding: name, as: UTF8.self)))
        service.instances.append(node)
        service.instances.sort { $0.name < $1.name }
        lists[service.name] = InstanceList(service.instances.map(\.name))
        return node
    }

    // MARK: Windows

    /// Adds what the service did within the window that ends at `endMs`.
    func add(
        _ service: ServiceNode, endMs: Int64, windowMs: Int64, to figures: inout WindowFigures
    ) {
        let beginMs = endMs - windowMs
        guard service.isAlone, let only = service.likely else {
            for node in service.instances { add(node, beginMs: beginMs, to: &figures) }
            return
        }
        add(only, beginMs: beginMs, to: &figures)
    }

    private func add(_ node: InstanceNode, beginMs: Int64, to figures: inout WindowFigures) {
        guard let place = node.state else { return }
        states.lend(at: place) { add($0, node, beginMs: beginMs, to: &figures) }
    }

    private func add(
        _ state: borrowing InstanceState, _ node: InstanceNode, beginMs: Int64,
        to figures: inout WindowFigures
    ) {
        guard state.tsMs > beginMs, let ring = node.ring,
            let base = base(ring, newest: Int(state.markSlot), beginMs: beginMs),
            let baseMs = ring[tsMs: base]
        else { return }
        let bounds = node.shape.flatMap { shapes.lend(at: $0) { $0.boundsMs } } ?? []
        node.baseSlot = (base + 1) % MarkKey.slots
        let (elapsedMs, reports) = (state.tsMs - baseMs, state.reports)
        ring.lend(base) {
            figures.add(
                state.totals, since: $0, elapsedMs: elapsedMs, reports: reports, boundsMs: bounds)
        }
    }

    /// The slot of the newest mark at or before `beginMs`, else of the oldest there is. Back from the
    /// last one the marks grow older, until there is none.
    private func base(_ ring: MarkRing, newest: Int, beginMs: Int64) -> Int? {
        // Up to `inside` marks back all lie within the window; `outside` back none does any more.
        let slots = MarkKey.slots
        var inside = -1
        var outside = slots
        while outside - inside > 1 {
            let back = (inside + outside) / 2
            if let markMs = ring[tsMs: (newest + slots - back) % slots], markMs > beginMs {
                inside = back
            } else {
                outside = back
            }
        }
        if outside < slots {
            let slot = (newest + slots - outside) % slots
            if ring[tsMs: slot] != nil { return slot }
        }
        return inside >= 0 ? (newest + slots - inside) % slots : nil
    }

    // MARK: Silence

    /// How an instance fails, if it does.
    func failure(_ node: InstanceNode) -> FailingInstance? {
        failing.count == 0 ? nil : failing[node.key]
    }

    /// When a usable signal of any instance was last taken, wall time, ms; nil if never.
    func lastSeenMs(_ service: ServiceNode) -> Int64? {
        service.instances.lazy.filter { $0.state != nil }.map { seenMs($0) }.max()
    }

    /// Forgets instances that have said nothing, and did not fail, since wall time `sinceMs`.
    func forgetSilent(_ service: ServiceNode, sinceMs: Int64) {
        let silent = service.instances.filter {
            max(seenMs($0), failure($0)?.lastMs ?? 0) <= sinceMs
        }
        guard !silent.isEmpty else { return }
        for node in silent { forget(node) }
        service.instances.removeAll { node in silent.contains { $0 === node } }
        lists[service.name] = InstanceList(service.instances.map(\.name))
    }

    /// Forgets all of a service.
    func forget(_ service: ServiceNode) {
        for node in service.instances { forget(node) }
        if lists[service.name] != nil { lists[service.name] = nil }
    }

    private func forget(_ node: InstanceNode) {
        let key = node.key
        forgetMarks(node)
        if states[key] != nil { states[key] = nil }
        if shapes[key] != nil { shapes[key] = nil }
        if failing[key] != nil { failing[key] = nil }
    }

    private func forgetMarks(_ node: InstanceNode) {
        if let ring = node.ring { marks.clear(ring) }
    }
}
