internal import Contracts
internal import Streams

/// What a judgement of a service is made of.
struct Assessment {
    let profile: SeverityProfile
    let figures: WindowFigures
    let verdicts: [GoldenSignal: Verdict]
    let p95Ms: Double?
}

extension OSCoreReducer {
    /// The signals that are judged by windows, in the order in which alerts are said.
    static let windowed: [GoldenSignal] = [.latency, .errors, .traffic, .saturation]

    /// What the window that ends at the service's watermark says.
    func assess(
        _ service: String, _ state: ServiceState, _ profile: SeverityProfile
    ) -> Assessment {
        let endMs = state.watermarkMs
        let figures = instances.figures(service, endMs: endMs, windowMs: profile.windowMs)
        let isLowered = settings.holds(.alertThreshold, "lower", for: service)
        func normal(_ measure: BaselineKey.Measure) -> Double? {
            baselines.normal(
                service, measure, tsMs: endMs, minutesMin: profile.baselineMinutesMin)
        }
        let judge = Judge(
            profile: profile, factor: isLowered ? policy.lowerThresholdFactor : 1,
            normalTraffic: normal(.traffic),
            normalP95Ms: profile.needsNormalLatency ? normal(.latency) : nil)
        var verdicts: [GoldenSignal: Verdict] = [:]
        for signal in Self.windowed { verdicts[signal] = judge.verdict(signal, figures) }
        return Assessment(
            profile: profile, figures: figures, verdicts: verdicts,
            p95Ms: judge.p95Ms(figures)?.valueMs)
    }

    /// Judges the service at its watermark: alerts first, then what is learned, then the view.
    func judge(
        _ service: String, _ state: inout ServiceState, _ profile: SeverityProfile,
        _ context: ReducerContext
    ) {
        let assessment = assess(service, state, profile)
        let gapMaxMs = max(3 * profile.windowMs, profile.missingDataAfterMs ?? 60_000)
        let isAfterGap =
            state.judgedMs.map {
                state.watermarkMs - $0 > gapMaxMs + profile.evaluateEveryMs
            } ?? false
        state.judgedMs = state.watermarkMs
        var hasChanged = false
        for signal in Self.windowed {
            // What was judged before a silence says nothing about now.
            if isAfterGap { state[signal].streak = [] }
            let verdict = assessment.verdicts[signal] ?? .unknown
            let before = state[signal]
            apply(verdict, to: signal, of: service, &state, profile, context)
            let after = state[signal]
            hasChanged =
                hasChanged || before.finding != after.finding || before.alert != after.alert
        }
        learn(service, &state, assessment, context)
        show(service, &state, assessment, atOnce: hasChanged, context)
    }

    private func apply(
        _ verdict: Verdict, to signal: GoldenSignal, of service: String,
        _ state: inout ServiceState, _ profile: SeverityProfile, _ context: ReducerContext
    ) {
        let nowMs = state.watermarkMs
        var judged = state[signal]
        judged.finding = verdict.finding
        defer { state[signal] = judged }
        guard let level = verdict.level else {
            let sinceMs = judged.quietSinceMs ?? nowMs
            judged.quietSinceMs = sinceMs
            if nowMs - sinceMs > profile.windowMs { judged.streak = [] }
            let isOver =
                profile.rules(of: signal).isEmpty || nowMs - sinceMs >= profile.quietClearMs
            guard judged.alert != nil, isOver else { return }
            let reason = "too little data to judge \(AlertText.name(signal))"
            end(&judged, signal, service, profile, evidenceMs: nowMs, verdict, reason, context)
            return
        }
        judged.quietSinceMs = nil
        let mildest = profile.rules(of: signal).compactMap(\.mildest).max { $0.rank < $1.rank }
        let change = Hysteresis(profile).add(
            level, to: &judged.streak, active: judged.alert?.severity, mildest: mildest ?? .p3)
        switch change {
        case .raise(let severity), .escalate(let severity), .deescalate(let severity):
            set(&judged, signal, service, severity, profile, nowMs, verdict, context)
        case .clear:
            let reason = AlertText.recovered(signal, verdict, profile)
            end(&judged, signal, service, profile, evidenceMs: nowMs, verdict, reason, context)
        case nil: break
        }
        judged.abnormalSinceMs =
            judged.alert != nil || level.severity != nil ? judged.abnormalSinceMs ?? nowMs : nil
    }

    /// Raises the alert of a windowed signal, or changes its severity.
    private func set(
        _ judged: inout SignalState, _ signal: GoldenSignal, _ service: String,
        _ severity: Severity, _ profile: SeverityProfile, _ nowMs: Int64, _ verdict: Verdict,
        _ context: ReducerContext
    ) {
        setAlert(
            &judged, signal, service, severity, profile, evidenceMs: nowMs,
            value: verdict.value.map(AlertText.rounded), threshold: verdict.threshold(severity),
            unit: verdict.rule?.measure.unit,
            reason: AlertText.crossed(signal, severity, verdict, profile), context)
    }

    private func end(
        _ judged: inout SignalState, _ signal: GoldenSignal, _ service: String,
        _ profile: SeverityProfile, evidenceMs: Int64, _ verdict: Verdict, _ reason: String,
        _ context: ReducerContext
    ) {
        clearAlert(
            &judged, signal, service, profile, evidenceMs: evidenceMs,
            value: verdict.value.map(AlertText.rounded), threshold: verdict.rule?.recover,
            unit: verdict.rule?.measure.unit, reason: reason, context)
    }

    /// Adds what was measured to what is normal, unless the signal is in alert.
    private func learn(
        _ service: String, _ state: inout ServiceState, _ assessment: Assessment,
        _ context: ReducerContext
    ) {
        let nowMs = state.watermarkMs
        func isLearned(_ signal: GoldenSignal) -> Bool {
            guard let sinceMs = state[signal].abnormalSinceMs else { return true }
            return nowMs - sinceMs >= assessment.profile.baselineFreezeMaxMs
        }
        if let traffic = assessment.figures.trafficPerSecond {
            let minute = state.trafficMinute.add(
                traffic, isLearned: isLearned(.traffic), tsMs: nowMs)
            if let (minute, mean) = minute {
                baselines.learn(service, .traffic, minute: minute, mean: mean)
                instances.forgetSilent(service, sinceMs: context.nowMs - Self.instanceSilenceMs)
            }
        }
        guard assessment.profile.needsNormalLatency, let p95Ms = assessment.p95Ms else { return }
        let minute = state.latencyMinute.add(p95Ms, isLearned: isLearned(.latency), tsMs: nowMs)
        if let (minute, mean) = minute {
            baselines.learn(service, .latency, minute: minute, mean: mean)
        }
    }
}
