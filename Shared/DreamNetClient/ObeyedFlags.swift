internal import Contracts

/// What a subscriber obeys now, and how it came to know: state without I/O, for one lock.
struct ObeyedFlags {
    /// Where the flags are from.
    enum Source { case nothing, file, topic }

    let service: String
    private(set) var table = FlagTable()
    private(set) var source = Source.nothing
    /// When control-core was heard of last, by this machine's clock, Unix ms.
    private(set) var heardMs: Int64?
    /// What keeps the topic from being read now.
    var trouble: String?
    /// What is wrong with the last-known file.
    var fileTrouble: String?
    /// Whether the flags have changed since `saved`.
    private(set) var isUnsaved = false

    /// What speaks against the break-glass file, or keeps its orders from being published.
    var breakGlassTrouble: String?
    /// Orders of the break-glass file whose outcome is known, by id.
    private(set) var settled: Set<String> = []
    /// Those that are obeyed here, and not known to the bus yet.
    private var acts: [LocalAct] = []

    private var values: [String: FlagValue] = [:]
    private var watched: [String: WatchedFlag] = [:]

    init(service: String) { self.service = service }

    func value(_ flag: String) -> FlagValue? { values[flag] }

    var allValues: [String: FlagValue] { values }

    mutating func watch(_ flag: String) -> WatchedFlag {
        if let known = watched[flag] { return known }
        let made = WatchedFlag(flag)
        made.set(values[flag])
        watched[flag] = made
        return made
    }

    /// Begins with what was known when the app ran last.
    mutating func begin(_ known: LastKnownFlags) {
        table = FlagTable(known)
        source = .file
        heardMs = known.heardMs
        settled = Set(known.settled ?? [])
        resolve()
    }

    /// Obeys these orders of the break-glass file, and no others.
    mutating func obey(_ acts: [LocalAct]) {
        guard acts != self.acts else { return }
        self.acts = acts
        resolve()
    }

    /// The outcome of an order is known.
    mutating func settle(_ id: String) {
        settled.insert(id)
        isUnsaved = true
        obey(acts.filter { $0.id != id })
    }

    /// The topic was read to its end: what it says holds, also where it says less than the file,
    /// as after a cluster was made anew. A topic on which nothing was ever said changes nothing.
    mutating func adopt(_ read: FlagTable, isLive: Bool, nowMs: Int64) {
        guard let lastMs = read.lastHeardMs else {
            if source == .nothing { source = .topic }
            return
        }
        table = read
        source = .topic
        heardMs = isLive ? nowMs : min(lastMs, nowMs)
        isUnsaved = true
        resolve()
    }

    /// Something was said just now; true if the version moved on.
    mutating func take(_ envelope: Envelope, nowMs: Int64) -> Bool {
        let heardBefore = table.lastHeardMs
        let moved = table.take(envelope)
        // By this machine's clock, which need not agree with that of control-core.
        if table.lastHeardMs != heardBefore || moved { heardMs = nowMs }
        guard moved else { return false }
        isUnsaved = true
        resolve()
        return true
    }

    /// What goes into the last-known file.
    mutating func saving(nowMs: Int64) -> LastKnownFlags {
        isUnsaved = false
        return LastKnownFlags(
            service: service, table: table, settled: settled, savedMs: nowMs)
    }

    mutating func savingFailed() { isUnsaved = true }

    func status(nowMs: Int64, staleAfterMs: Int64) -> SubscriberStatus {
        let silentMs = heardMs.map { max(0, nowMs - $0) }
        let isFresh = silentMs.map { $0 <= staleAfterMs } ?? false
        let state: SubscriberState
        var reasons: [String] = []
        switch source {
        case .topic where isFresh: state = .ready
        case .topic:
            state = .stale
            reasons.append(
                silentMs.map { "nothing was heard of control-core for \($0 / 1000) s" }
                    ?? "control-core was never heard of")
        case .file:
            state = .stale
            reasons.append("the flags are those of the last-known file")
        case .nothing:
            state = .error
            reasons.append("no flags are known, the defaults hold")
            if let fileTrouble { reasons.append(fileTrouble) }
        }
        if state != .ready, let trouble { reasons.append(trouble) }
        return SubscriberStatus(
            state: state, reason: state == .ready ? nil : reasons.joined(separator: "; "),
            version: table.version, heardMs: heardMs, localOrders: acts.map(\.id),
            breakGlassTrouble: breakGlassTrouble)
    }

    private mutating func resolve() {
        var local = table
        for act in acts { local.obey(act) }
        values = local.values(service: service)
        for (name, flag) in watched { flag.set(values[name]) }
    }
}
