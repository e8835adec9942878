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
            if services[service] == nil {
                services[service] = ServiceState(watermarkMs: 0, watchedMs: context.nowMs)
                remember(service, context)
            }
            watch(service, context)
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
        let service = String(timer[timer.index(after: bar)...])
        guard services[service] != nil else { return }
        switch timer[..<bar] {
        case Self.silenceTimer: fireSilence(service, dueMs: dueMs, context)
        case Self.viewTimer: showNow(service, context)
        case Self.forgetTimer: fireForget(service, dueMs: dueMs, context)
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
        guard let bytes = record.copyValue() else {
            throw Rejection(.malformed, "a tombstone carries no message")
        }
        let message = try decoder.decode(bytes)
        context.take(cause: message.id, of: record)
        guard let key = record.copyKey(), key.elementsEqual(message.service.utf8) else {
            throw Rejection(
                .schema, "the record's key is not its service: send it through nervous.ingress")
        }
        try refuseFuture(message.tsMs, record.timestampMs, context)
        try admit(message, context)
        switch message.content {
        case .failure(let failure): take(failure, context)
        case .counters, .values: take(message, context)
        }
    }

    /// A clock that runs ahead must not move time for everybody.
    func refuseFuture(
        _ tsMs: Int64, _ brokerMs: Int64, _ context: ReducerContext
    ) throws(Rejection) {
        let latest = min(brokerMs, context.nowMs) + SignalLimits.aheadMsMax
        guard tsMs <= latest else {
            throw Rejection(.fromTheFuture, "ts is \(tsMs - latest) ms too far ahead")
        }
    }

    /// Makes room for a service that is heard of for the first time.
    private func admit(_ message: SignalMessage, _ context: ReducerContext) throws(Rejection) {
        guard services[message.service] == nil else { return }
        guard services.count < policy.servicesMax else {
            throw Rejection(
                .refused, "\(policy.servicesMax) services are watched already: no more are taken")
        }
        services[message.service] = ServiceState(
            watermarkMs: message.tsMs, watchedMs: context.nowMs)
        remember(message.service, context)
    }

    private func take(_ message: SignalMessage, _ context: ReducerContext) {
        let service = message.service
        guard var state = services[service] else { return }
        let profile = policy.profile(of: service)
        let key = InstanceKey(service, message.instance)
        let lastMs = instances.states[key]?.tsMs ?? Int64.min
        guard message.tsMs != lastMs else {
            state.duplicateCount += 1
            services[service] = state
            return
        }
        guard message.tsMs > lastMs, message.tsMs > state.watermarkMs - profile.windowMs else {
            state.lateCount += 1
            services[service] = state
            return
        }
        instances.enlist(key, instancesMax: policy.instancesMax)
        switch message.content {
        case .counters(let signal):
            instances.take(
                signal, tsMs: message.tsMs, seenMs: context.nowMs, windowMs: profile.windowMs)
        case .values(let signal):
            instances.take(
                signal, tsMs: message.tsMs, seenMs: context.nowMs, windowMs: profile.windowMs)
        case .failure: return
        }
        state.watermarkMs = max(state.watermarkMs, message.tsMs)
        let isDue = state.judgedMs.map { state.watermarkMs - $0 >= profile.evaluateEveryMs } ?? true
        if isDue { judge(service, &state, profile, context) }
        if isDue || state.watermarkMs == message.tsMs { services[service] = state }
        heardFrom(key, context)
    }
}
