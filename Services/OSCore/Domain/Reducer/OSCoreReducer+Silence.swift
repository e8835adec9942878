internal import Contracts
internal import Streams

/// Silence is judged by the wall clock: a service that says nothing moves no event time.
extension OSCoreReducer {
    /// A timer that fires later than this was kept waiting: the task was down, or the broker was.
    /// What was said meanwhile is not read yet, so nobody may be called silent for it.
    private static let lateFireMs: Int64 = 10_000
    /// An instance that has said nothing for so long is forgotten, ms.
    static let instanceSilenceMs: Int64 = 3_600_000

    /// Sets the timer of silence, if the service is watched for it and none is set.
    func watch(_ service: String, _ context: ReducerContext) {
        let timer = Self.timer(Self.silenceTimer, service)
        guard let afterMs = policy.profile(of: service).missingDataAfterMs,
            schedule.dueMs(timer) == nil
        else { return }
        schedule.set(timer, dueMs: context.nowMs + afterMs)
    }

    /// Sets the timer after which a service is forgotten, should it say nothing.
    func remember(_ service: String, _ context: ReducerContext) {
        schedule.set(
            Self.timer(Self.forgetTimer, service), dueMs: context.nowMs + policy.forgetAfterMs)
    }

    /// Takes a failed reading of a target. It says nothing about the service yet, except that the
    /// instance is not heard.
    func take(_ failure: ScrapeFailurePayload, _ context: ReducerContext) {
        let key = InstanceKey(failure.service, failure.instance)
        let afterMs = policy.profile(of: failure.service).missingDataAfterMs ?? 60_000
        instances.enlist(key, instancesMax: policy.instancesMax)
        var sinceMs = context.nowMs
        // After a pause of the readings themselves the count begins anew.
        if let before = instances.failing[key], context.nowMs - before.lastMs <= afterMs {
            sinceMs = before.sinceMs
        }
        instances.failing[key] = FailingInstance(
            sinceMs: sinceMs, lastMs: context.nowMs, code: failure.code, reason: failure.reason)
        watch(failure.service, context)
    }

    /// A usable signal was taken.
    func heardFrom(_ key: InstanceKey, _ context: ReducerContext) {
        let hadFailed = instances.failing[key] != nil
        if hadFailed { instances.failing[key] = nil }
        if hadFailed || services[key.service]?[.missingData].alert != nil {
            judgeSilence(key.service, context)
        } else if policy.expectedServices.contains(key.service) {
            watch(key.service, context)
        }
    }

    /// The time of silence has passed since the service was last looked at.
    func fireSilence(_ service: String, dueMs: Int64, _ context: ReducerContext) {
        guard context.nowMs - dueMs <= Self.lateFireMs else { return watch(service, context) }
        judgeSilence(service, context)
    }

    private func judgeSilence(_ service: String, _ context: ReducerContext) {
        let profile = policy.profile(of: service)
        guard var state = services[service], let afterMs = profile.missingDataAfterMs else {
            return
        }
        let nowMs = context.nowMs
        let failing = instances.names(of: service).compactMap { name in
            instances.failing[InstanceKey(service, name)].map { (name: name, failure: $0) }
        }.filter { nowMs - $0.failure.lastMs <= 2 * afterMs }
        let isWatched = policy.expectedServices.contains(service) || !failing.isEmpty
        let seenMs = instances.lastSeenMs(service) ?? state.watchedMs
        let isSilent = isWatched && nowMs - seenMs >= afterMs
        let lasting = failing.filter { nowMs - $0.failure.sinceMs >= afterMs }
        let severity =
            isSilent
            ? profile.missingDataSeverity
            : lasting.isEmpty ? nil : profile.missingInstanceSeverity

        var judged = state[.missingData]
        let before = judged
        if let severity {
            let reason =
                isSilent
                ? Self.silenceReason(seenMs: seenMs, nowMs: nowMs, failing.last?.failure)
                : Self.instanceReason(lasting.map(\.name), lasting[0].failure)
            setAlert(
                &judged, .missingData, service, severity, profile, evidenceMs: nowMs,
                value: isSilent ? Double(nowMs - seenMs) : nil, threshold: Double(afterMs),
                unit: "ms", reason: reason, context)
        } else {
            // The signal that ends the silence is the evidence; its event time may lie behind.
            clearAlert(
                &judged, .missingData, service, profile, evidenceMs: nowMs, value: nil,
                threshold: Double(afterMs), unit: "ms", reason: "signals arrive again", context)
        }
        judged.finding = isWatched ? .level(severity.map(SignalLevel.init) ?? .normal) : .unknown
        state[.missingData] = judged
        services[service] = state
        if judged != before { showNow(service, context) }

        guard isWatched, !isSilent else { return }
        let coming = failing.map { $0.failure.sinceMs + afterMs }.filter { $0 > nowMs }
        schedule.set(
            Self.timer(Self.silenceTimer, service),
            dueMs: min(coming.min() ?? .max, seenMs + afterMs))
    }

    private static func silenceReason(
        seenMs: Int64, nowMs: Int64, _ failure: FailingInstance?
    ) -> String {
        let silence = "no usable signal for \(AlertText.duration(nowMs - seenMs))"
        guard let failure else { return silence }
        return "\(silence): \(failure.code), \(failure.reason)"
    }

    private static func instanceReason(_ names: [String], _ failure: FailingInstance) -> String {
        let shown = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
        return "\(shown) cannot be read, others can: \(failure.code), \(failure.reason)"
    }

    // MARK: Forgetting

    /// Forgets a service that is not expected and has said nothing for long.
    func fireForget(_ service: String, dueMs: Int64, _ context: ReducerContext) {
        guard var state = services[service] else { return }
        let failedMs = instances.names(of: service)
            .compactMap { instances.failing[InstanceKey(service, $0)]?.lastMs }.max()
        let seenMs = max(
            instances.lastSeenMs(service) ?? state.watchedMs, failedMs ?? state.watchedMs)
        let isKept = policy.expectedServices.contains(service)
        let isLate = context.nowMs - dueMs > Self.lateFireMs
        guard !isKept, !isLate, context.nowMs - seenMs >= policy.forgetAfterMs else {
            let isQuiet = context.nowMs - seenMs >= policy.forgetAfterMs
            schedule.set(
                Self.timer(Self.forgetTimer, service),
                dueMs: (isKept || isQuiet ? context.nowMs : seenMs) + policy.forgetAfterMs)
            return
        }
        let profile = policy.profile(of: service)
        for signal in GoldenSignal.allCases {
            clearAlert(
                &state[signal], signal, service, profile, evidenceMs: context.nowMs, value: nil,
                threshold: nil, unit: nil,
                reason: "no signal for \(AlertText.duration(policy.forgetAfterMs)): forgotten",
                context)
        }
        services[service] = nil
        instances.forget(service)
        baselines.forget(service)
        schedule.cancel(Self.timer(Self.silenceTimer, service))
        schedule.cancel(Self.timer(Self.viewTimer, service))
        context.emitTombstone(.view, key: "service/\(service)")
    }
}
