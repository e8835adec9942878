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
    func watch(_ node: ServiceNode, _ context: ReducerContext) {
        guard let afterMs = node.profile.missingDataAfterMs else { return }
        let timer = Self.timer(Self.silenceTimer, node.name)
        guard schedule.dueMs(timer) == nil else { return }
        schedule.set(timer, dueMs: context.nowMs + afterMs)
    }

    /// Sets the timer after which a service is forgotten, should it say nothing.
    func remember(_ service: String, _ context: ReducerContext) {
        schedule.set(
            Self.timer(Self.forgetTimer, service), dueMs: context.nowMs + policy.forgetAfterMs)
    }

    /// Takes a failed reading of a target. It says nothing about the service yet, except that the
    /// instance is not heard.
    func takeFailure(
        _ signal: SignalReading, _ node: ServiceNode, _ context: ReducerContext
    ) {
        let failure = signal.failure
        let afterMs = node.profile.missingDataAfterMs ?? 60_000
        let instance =
            node.instance(signal.instance)
            ?? instances.enlist(signal.instance, node, instancesMax: policy.instancesMax)
        var sinceMs = context.nowMs
        // After a pause of the readings themselves the count begins anew.
        if let before = instances.failure(instance), context.nowMs - before.lastMs <= afterMs {
            sinceMs = before.sinceMs
        }
        instances.failing[instance.key] = FailingInstance(
            sinceMs: sinceMs, lastMs: context.nowMs, code: failure.code, reason: failure.reason)
        watch(node, context)
    }

    /// A usable signal was taken.
    func heardFrom(
        _ instance: InstanceNode, of node: ServiceNode, _ context: ReducerContext
    ) {
        let hadFailed = instances.failure(instance) != nil
        if hadFailed { instances.failing[instance.key] = nil }
        if hadFailed || node.state.hasAlert(.missingData) {
            judgeSilence(node, context)
        } else if node.isExpected {
            watch(node, context)
        }
    }

    /// The time of silence has passed since the service was last looked at.
    func fireSilence(_ node: ServiceNode, dueMs: Int64, _ context: ReducerContext) {
        guard context.nowMs - dueMs <= Self.lateFireMs else { return watch(node, context) }
        judgeSilence(node, context)
    }

    private func judgeSilence(_ node: ServiceNode, _ context: ReducerContext) {
        let profile = node.profile
        guard let afterMs = profile.missingDataAfterMs else { return }
        let nowMs = context.nowMs
        let failing = node.instances.compactMap { instance in
            instances.failure(instance).map { (name: instance.name, failure: $0) }
        }.filter { nowMs - $0.failure.lastMs <= 2 * afterMs }
        let isWatched = node.isExpected || !failing.isEmpty
        let seenMs = instances.lastSeenMs(node) ?? node.state.watchedMs
        let isSilent = isWatched && nowMs - seenMs >= afterMs
        let lasting = failing.filter { nowMs - $0.failure.sinceMs >= afterMs }
        let severity =
            isSilent
            ? profile.missingDataSeverity
            : lasting.isEmpty ? nil : profile.missingInstanceSeverity

        var judged = node.state[.missingData]
        let before = judged
        if let severity {
            let reason =
                isSilent
                ? Self.silenceReason(seenMs: seenMs, nowMs: nowMs, failing.last?.failure)
                : Self.instanceReason(lasting.map(\.name), lasting[0].failure)
            setAlert(
                &judged, .missingData, node.name, severity, profile, evidenceMs: nowMs,
                value: isSilent ? Double(nowMs - seenMs) : nil, threshold: Double(afterMs),
                unit: "ms", reason: reason, context)
        } else {
            // The signal that ends the silence is the evidence; its event time may lie behind.
            clearAlert(
                &judged, .missingData, node.name, profile, evidenceMs: nowMs, value: nil,
                threshold: Double(afterMs), unit: "ms", reason: "signals arrive again", context)
        }
        judged.finding = isWatched ? .level(severity.map(SignalLevel.init) ?? .normal) : .unknown
        node.state[.missingData] = judged
        keep(node)
        if judged != before { showNow(node, context) }

        guard isWatched, !isSilent else { return }
        let coming = failing.map { $0.failure.sinceMs + afterMs }.filter { $0 > nowMs }
        schedule.set(
            Self.timer(Self.silenceTimer, node.name),
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
    func fireForget(_ node: ServiceNode, dueMs: Int64, _ context: ReducerContext) {
        let service = node.name
        let failedMs = node.instances.compactMap { instances.failure($0)?.lastMs }.max()
        let seenMs = max(
            instances.lastSeenMs(node) ?? node.state.watchedMs, failedMs ?? node.state.watchedMs)
        let isLate = context.nowMs - dueMs > Self.lateFireMs
        guard !node.isExpected, !isLate, context.nowMs - seenMs >= policy.forgetAfterMs else {
            let isQuiet = context.nowMs - seenMs >= policy.forgetAfterMs
            schedule.set(
                Self.timer(Self.forgetTimer, service),
                dueMs: (node.isExpected || isQuiet ? context.nowMs : seenMs)
                    + policy.forgetAfterMs)
            return
        }
        for signal in GoldenSignal.allCases {
            clearAlert(
                &node.state[signal], signal, service, node.profile, evidenceMs: context.nowMs,
                value: nil, threshold: nil, unit: nil,
                reason: "no signal for \(AlertText.duration(policy.forgetAfterMs)): forgotten",
                context)
        }
        instances.forget(node)
        baselines.forget(service)
        drop(node)
        schedule.cancel(Self.timer(Self.silenceTimer, service))
        schedule.cancel(node.viewTimer)
        context.emitTombstone(.view, key: "service/\(service)")
    }
}
