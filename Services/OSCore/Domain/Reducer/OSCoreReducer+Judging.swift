internal import Contracts
internal import Streams

extension OSCoreReducer {
    /// What the window that ends at the service's watermark says, into `assessment`, which is blank.
    func assess(_ node: ServiceNode, _ assessment: inout Assessment) {
        let endMs = node.state.watermarkMs
        instances.add(
            node, endMs: endMs, windowMs: node.rules.windowMs, to: &assessment.figures)
        func normal(_ measure: BaselineKey.Measure) -> Double? {
            baselines.normal(
                node.name, measure, tsMs: endMs, minutesMin: node.rules.baselineMinutesMin)
        }
        let judge = Judge(
            rules: node.rules,
            isLowered: settings.holds(.alertThreshold, "lower", for: node.name),
            normalTraffic: node.normalTraffic.value(tsMs: endMs) { normal(.traffic) },
            normalP95Ms: node.rules.needsNormalLatency
                ? node.normalLatency.value(tsMs: endMs) { normal(.latency) } : nil)
        let p95 = judge.p95Ms(assessment.figures)
        assessment.p95Ms = p95?.valueMs
        for index in assessment.judgements.indices {
            assessment.judgements[index] = judge.judgement(at: index, assessment.figures, p95: p95)
        }
    }

    /// Judges the service at its watermark: alerts first, then what is learned, then the view.
    func judge(_ node: ServiceNode, _ context: ReducerContext) {
        var assessment = Assessment()
        assess(node, &assessment)
        let isAfterGap =
            node.state.judgedMs.map { node.state.watermarkMs - $0 > node.rules.gapMaxMs } ?? false
        node.state.judgedMs = node.state.watermarkMs
        var hasChanged = false
        for index in assessment.judgements.indices {
            let judgement = assessment.judgements[index]
            if isAfterGap {
                // What was judged before a silence says nothing about now.
                node.state[windowed: index].streak = LevelStreak()
            }
            if !node.rules.hasRules(at: index), isBlank(node, index) { continue }
            if !isAfterGap, isSettled(node, index, at: judgement) { continue }
            node.settledLevels[index] = nil
            node.isBlank[index] = false
            let before = node.state[windowed: index]
            let after = judged(before, judgement, at: index, of: node, context)
            if before.finding != after.finding || before.alert != after.alert { hasChanged = true }
            if after != before { node.state[windowed: index] = after }
        }
        learn(node, assessment, context)
        show(node, assessment, atOnce: hasChanged, context)
    }

    /// Whether nothing was ever found of the windowed signal at `index`.
    private func isBlank(_ node: ServiceNode, _ index: Int) -> Bool {
        if !node.isBlank[index] { node.isBlank[index] = node.state[windowed: index].isBlank }
        return node.isBlank[index]
    }

    /// Whether a judgement changes nothing of the windowed signal at `index`.
    private func isSettled(_ node: ServiceNode, _ index: Int, at judgement: Judgement) -> Bool {
        if let level = node.settledLevels[index] { return judgement.level == level }
        guard node.state[windowed: index].isSettled(at: judgement, node.rules.hysteresis) else {
            return false
        }
        node.settledLevels[index] = judgement.level
        return true
    }

    /// What becomes of the windowed signal at `index` by a judgement.
    private func judged(
        _ before: SignalState, _ judgement: Judgement, at index: Int, of node: ServiceNode,
        _ context: ReducerContext
    ) -> SignalState {
        let signal = GoldenSignal.windowed[index]
        let profile = node.profile
        let nowMs = node.state.watermarkMs
        var judged = before
        judged.finding = judgement.finding
        guard let level = judgement.level else {
            let sinceMs = judged.quietSinceMs ?? nowMs
            judged.quietSinceMs = sinceMs
            if nowMs - sinceMs > profile.windowMs { judged.streak = LevelStreak() }
            let isOver =
                !node.rules.hasRules(at: index)
                || nowMs - sinceMs >= profile.quietClearMs
            guard judged.alert != nil, isOver else { return judged }
            let reason = "too little data to judge \(AlertText.name(signal))"
            let verdict = node.rules.verdict(judgement)
            end(&judged, signal, node, verdict, reason, context)
            return judged
        }
        judged.quietSinceMs = nil
        let change = node.rules.hysteresis.add(
            level, to: &judged.streak, active: judged.alert?.severity,
            mildest: node.rules.mildest(at: index) ?? .p3)
        switch change {
        case .raise(let severity), .escalate(let severity), .deescalate(let severity):
            let verdict = node.rules.verdict(judgement)
            set(&judged, signal, node, severity, verdict, context)
        case .clear:
            let verdict = node.rules.verdict(judgement)
            let reason = AlertText.recovered(signal, verdict, profile)
            end(&judged, signal, node, verdict, reason, context)
        case nil: break
        }
        judged.abnormalSinceMs =
            judged.alert != nil || level.severity != nil ? judged.abnormalSinceMs ?? nowMs : nil
        return judged
    }

    /// Raises the alert of a windowed signal, or changes its severity.
    private func set(
        _ judged: inout SignalState, _ signal: GoldenSignal, _ node: ServiceNode,
        _ severity: Severity, _ verdict: Verdict, _ context: ReducerContext
    ) {
        setAlert(
            &judged, signal, node.name, severity, node.profile,
            evidenceMs: node.state.watermarkMs, value: verdict.value.map(AlertText.rounded),
            threshold: verdict.threshold(severity), unit: verdict.measure?.unit,
            reason: AlertText.crossed(signal, severity, verdict, node.profile), context)
    }

    private func end(
        _ judged: inout SignalState, _ signal: GoldenSignal, _ node: ServiceNode,
        _ verdict: Verdict, _ reason: String, _ context: ReducerContext
    ) {
        clearAlert(
            &judged, signal, node.name, node.profile, evidenceMs: node.state.watermarkMs,
            value: verdict.value.map(AlertText.rounded), threshold: verdict.recover,
            unit: verdict.measure?.unit, reason: reason, context)
    }

    /// Adds what was measured to what is normal, unless the signal is in alert.
    private func learn(
        _ node: ServiceNode, _ assessment: borrowing Assessment, _ context: ReducerContext
    ) {
        let nowMs = node.state.watermarkMs
        func isLearned(_ signal: GoldenSignal) -> Bool {
            guard let sinceMs = node.state.abnormalSinceMs(signal) else { return true }
            return nowMs - sinceMs >= node.rules.baselineFreezeMaxMs
        }
        if let traffic = assessment.figures.trafficPerSecond {
            let minute = node.state.trafficMinute.add(
                traffic, isLearned: isLearned(.traffic), tsMs: nowMs)
            if let (minute, mean) = minute {
                baselines.learn(node.name, .traffic, minute: minute, mean: mean)
                node.normalTraffic = NormalMemo()
                instances.forgetSilent(node, sinceMs: context.nowMs - Self.instanceSilenceMs)
            }
        }
        guard node.rules.needsNormalLatency, let p95Ms = assessment.p95Ms else { return }
        let minute = node.state.latencyMinute.add(
            p95Ms, isLearned: isLearned(.latency), tsMs: nowMs)
        if let (minute, mean) = minute {
            baselines.learn(node.name, .latency, minute: minute, mean: mean)
            node.normalLatency = NormalMemo()
        }
    }
}
