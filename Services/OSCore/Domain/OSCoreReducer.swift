internal import Contracts
public import Streams

/// os-core: takes the golden signals of services, judges them by windows of event time, and raises,
/// escalates, de-escalates and clears alerts, once each.
///
/// Time moves by the signals: a service is judged in the very transaction of a signal, as soon as
/// the profile's `evaluateEveryMs` of event time has passed since the last judgement. Silence alone
/// is judged by the wall clock.
public final class OSCoreReducer: Reducer {
    /// What it reads and writes.
    public let topology = Topology(
        service: "os-core", inputs: [.signal, .setting], outputs: [.alert, .view])
    /// Its timers: silence, the trailing update of views, and what is forgotten.
    public var timers: Timers? { schedule }

    let policy: OSCorePolicy
    let schedule = Timers()
    let services = Table<String, ServiceState>(id: 1, name: "services")
    let instances = InstanceStore()
    let baselines = Baselines()
    let settings = SettingStore()
    private let decoder = SignalDecoder()
    private let partitionCount: Int
    private var nodes = NodeIndex()
    private var nodesUndoneCount = 0
    private var recordKey: [UInt8] = []
    private var rules: [String: ProfileRules] = [:]

    /// A reducer that goes by `policy`, as one of `partitionCount` tasks.
    public init(policy: OSCorePolicy, partitionCount: Int = 4) {
        self.policy = policy
        self.partitionCount = partitionCount
    }

    /// The tables, timers included.
    public var tables: [any StateStore] {
        [
            services, instances.states, instances.shapes, instances.marks, instances.lists,
            baselines.table, instances.failing, settings.table, settings.counters, schedule,
        ]
    }

    /// Watches the services that must report, even those never heard of.
    public func start(_ context: ReducerContext) {
        for service in policy.expectedServices.sorted()
        where Murmur2.partition(key: service, count: partitionCount) == context.partition {
            let node = node(service) ?? admit(service, watermarkMs: 0, context)
            watch(node, context)
        }
    }

    /// Takes a signal or a setting.
    public func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        switch record.input {
        case 0: try takeSignal(record, context)
        default: try takeSetting(record, context)
        }
    }

    /// Silence has lasted, a view is behind, or something is to be forgotten.
    public func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        guard let bar = timer.firstIndex(of: "|") else { return }
        guard let node = node(String(timer[timer.index(after: bar)...])) else { return }
        switch timer[..<bar] {
        case Self.silenceTimer: fireSilence(node, dueMs: dueMs, context)
        case Self.viewTimer:
            node.hasViewTimer = false
            showNow(node, context)
        case Self.forgetTimer: fireForget(node, dueMs: dueMs, context)
        default: return
        }
    }

    static let silenceTimer = "silence"
    static let viewTimer = "view"
    static let forgetTimer = "forget"

    static func timer(_ kind: String, _ service: String) -> String { "\(kind)|\(service)" }

    /// How often targets of `service` are to be read: true if MONITOR=increase holds for it, or
    /// for all.
    public func isMonitorIncreased(_ service: String) -> Bool {
        settings.holds(.monitor, "increase", for: service)
    }

    /// Signals of `service` that were ignored: late ones, and repetitions.
    public func ignoredSignals(_ service: String) -> (late: Int64, duplicate: Int64) {
        (services[service]?.lateCount ?? 0, services[service]?.duplicateCount ?? 0)
    }

    // MARK: Signals

    private func takeSignal(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        // Signals of thousands of services come in no order, so that what is known of each is in no
        // cache. It is fetched while the signal is read.
        record.copyKey(into: &recordKey)
        let known = nodeAtHand(recordKey)
        if let known { prefetch(known) }
        let signal = try record.withValueSpan { bytes throws(Rejection) in
            guard let bytes else {
                throw Rejection(.malformed, "a tombstone carries no message")
            }
            return try decoder.decode(bytes)
        }
        context.take(cause: signal.id, of: record)
        guard record.hasKey(signal.service) else {
            throw Rejection(
                .schema, "the record's key is not its service: send it through nervous.ingress")
        }
        try refuseFuture(signal.tsMs, record.timestampMs, context)
        // The key is the service, so that what was found by it is what the signal is about.
        let node = if let known { known } else { try node(of: signal, context) }
        switch signal.kind {
        case .failure: takeFailure(signal, node, context)
        case .counters, .values: take(signal, node, context)
        }
    }

    /// A clock that runs ahead must not move time for everybody.
    func refuseFuture(
        _ tsMs: Int64, _ brokerMs: Int64, _ context: ReducerContext
    ) throws(Rejection) {
        let latest = min(brokerMs, context.nowMs) + policy.futureToleranceMs
        guard tsMs <= latest else {
            throw Rejection(.fromTheFuture, "ts is \(tsMs - latest) ms too far ahead")
        }
    }

    /// The service that a signal is about. One that is heard of for the first time is admitted, if
    /// there is room.
    private func node(
        of signal: SignalReading, _ context: ReducerContext
    ) throws(Rejection) -> ServiceNode {
        if let known = node(signal.service) { return known }
        guard services.count < policy.servicesMax else {
            throw Rejection(
                .refused, "\(policy.servicesMax) services are watched already: no more are taken",
                isTransient: true)
        }
        let service = String(decoding: signal.service, as: UTF8.self)
        return admit(service, watermarkMs: signal.tsMs, context)
    }

    private func take(_ signal: SignalReading, _ node: ServiceNode, _ context: ReducerContext) {
        let windowMs = node.rules.windowMs
        let known = node.instance(signal.instance)
        let lastMs = known.flatMap { instances.lastMs($0) } ?? Int64.min
        guard signal.tsMs != lastMs else {
            node.state.duplicateCount += 1
            return keep(node)
        }
        guard signal.tsMs > lastMs, signal.tsMs > node.state.watermarkMs - windowMs else {
            node.state.lateCount += 1
            return keep(node)
        }
        let instance =
            known ?? instances.enlist(signal.instance, node, instancesMax: policy.instancesMax)
        instances.take(signal, instance, seenMs: context.nowMs, windowMs: windowMs)
        node.state.watermarkMs = max(node.state.watermarkMs, signal.tsMs)
        let isDue =
            node.state.judgedMs.map {
                node.state.watermarkMs - $0 >= node.rules.evaluateEveryMs
            } ?? true
        if isDue { judge(node, context) }
        if isDue || node.state.watermarkMs == signal.tsMs { keep(node) }
        heardFrom(instance, of: node, context)
    }

    /// Has fetched what a signal of a service looks at.
    private func prefetch(_ node: ServiceNode) {
        node.prefetch()
        if let place = node.place { services.prefetch(place) }
        if let instance = node.likely { instances.prefetch(instance) }
    }

    // MARK: Nodes

    /// What is known of a service, at hand; nil if it is not known.
    func node(_ service: String) -> ServiceNode? { node(Array(service.utf8)) }

    private func node(_ name: [UInt8]) -> ServiceNode? {
        if let known = nodeAtHand(name) { return known }
        let service = String(decoding: name, as: UTF8.self)
        guard let state = services[service] else { return nil }
        return makeNode(service, state)
    }

    private func nodeAtHand(_ name: [UInt8]) -> ServiceNode? {
        // The clock is that of all the tables.
        let undoneCount = services.clock.undoneCount
        if undoneCount != nodesUndoneCount {
            nodesUndoneCount = undoneCount
            nodes.removeAll()
        }
        return nodes[name]
    }

    private func makeNode(_ service: String, _ state: ServiceState) -> ServiceNode {
        let viewTimer = Self.timer(Self.viewTimer, service)
        let node = ServiceNode(
            service, rules: rules(of: service),
            isExpected: policy.expectedServices.contains(service), viewTimer: viewTimer,
            state: state, instances: instances.instances(of: service),
            hasViewTimer: schedule.dueMs(viewTimer) != nil)
        nodes.insert(node)
        return node
    }

    private func rules(of service: String) -> ProfileRules {
        let profile = policy.profile(of: service)
        if let known = rules[profile.name], known.profile == profile { return known }
        let made = ProfileRules(profile, lowerFactor: policy.lowerThresholdFactor)
        rules[profile.name] = made
        return made
    }

    private func admit(
        _ service: String, watermarkMs: Int64, _ context: ReducerContext
    ) -> ServiceNode {
        let state = ServiceState(watermarkMs: watermarkMs, watchedMs: context.nowMs)
        let node = makeNode(service, state)
        keep(node)
        remember(service, context)
        return node
    }

    /// Writes down what has become of a service.
    func keep(_ node: ServiceNode) { services.set(node.state, of: node.name, at: &node.place) }

    /// Drops a service from everything that is at hand.
    func drop(_ node: ServiceNode) {
        services[node.name] = nil
        nodes.remove(node)
    }
}
