internal import Contracts
internal import Streams

extension OSCoreReducer {
    /// The least wall time between two views of a service whose state has not changed, ms.
    private static let viewEveryMs: Int64 = 1_000

    /// Shows a judgement: at once if a state has changed, else at most once a second, the last one
    /// by a timer.
    func show(
        _ node: ServiceNode, _ assessment: borrowing Assessment, atOnce: Bool,
        _ context: ReducerContext
    ) {
        guard atOnce || context.nowMs - node.state.viewMs >= Self.viewEveryMs else {
            if !node.hasViewTimer {
                schedule.set(node.viewTimer, dueMs: node.state.viewMs + Self.viewEveryMs)
                node.hasViewTimer = true
            }
            return
        }
        if node.hasViewTimer {
            schedule.cancel(node.viewTimer)
            node.hasViewTimer = false
        }
        node.state.viewMs = context.nowMs
        context.emit(view(node, assessment), key: "service/\(node.name)")
    }

    /// Shows what is known now.
    func showNow(_ node: ServiceNode, _ context: ReducerContext) {
        var assessment = Assessment()
        assess(node, &assessment)
        show(node, assessment, atOnce: true, context)
        keep(node)
    }

    private func view(_ node: ServiceNode, _ assessment: borrowing Assessment) -> ServiceView {
        let figures = assessment.figures
        let judgements = assessment.judgements
        let state = node.state
        // Only queues have dead letters: of services nothing is said about them.
        let judged = judgements.indices.filter {
            GoldenSignal.windowed[$0] != .deadLetters || node.rules.hasRules(at: $0)
        }
        var signals = judged.map {
            let signal = GoldenSignal.windowed[$0]
            return signalView(signal, state[signal], node.rules.verdict(judgements[$0]))
        }
        if let afterMs = node.profile.missingDataAfterMs {
            let severity = node.profile.missingDataSeverity
            signals.append(
                SignalView(
                    signal: .missingData, unit: "ms",
                    state: Self.stateName(state[.missingData]),
                    thresholds: [severity.rawValue: Double(afterMs)]))
        }
        let alerts = GoldenSignal.allCases.compactMap { signal in
            state[signal].alert.map {
                IncidentAlert(
                    alertId: $0.id, signal: signal, severity: $0.severity, active: true,
                    value: $0.value, threshold: $0.threshold, unit: $0.unit)
            }
        }
        return ServiceView(
            service: node.name, profile: node.profile.name,
            windowMs: node.profile.windowMs, evidenceTs: state.watermarkMs,
            requestsPerSecond: figures.answeredPerSecond.map(AlertText.rounded),
            refusedPerSecond: figures.refusedPerSecond.map(AlertText.rounded),
            instances: figures.instances, signals: signals, alerts: alerts)
    }

    private func signalView(
        _ signal: GoldenSignal, _ state: SignalState, _ verdict: Verdict
    ) -> SignalView {
        SignalView(
            signal: signal, value: verdict.value.map(AlertText.rounded),
            unit: verdict.measure?.unit ?? Self.unit(of: signal),
            state: Self.stateName(state),
            thresholds: Dictionary(
                verdict.limits.map { ($0.severity.rawValue, $0.limit) }, uniquingKeysWith: { $1 }),
            recover: verdict.recover)
    }

    /// The unit of a signal that nothing was measured of.
    private static func unit(of signal: GoldenSignal) -> String {
        switch signal {
        case .latency, .missingData: "ms"
        case .errors, .traffic, .saturation: "ratio"
        case .deadLetters: "letters"
        }
    }

    private static func stateName(_ state: SignalState) -> String {
        switch state.finding {
        case .unknown: "unknown"
        case .insufficient: "insufficient"
        case .level(let level):
            // Past no line, yet in alert: it has not recovered for long enough.
            (level.severity ?? state.alert?.severity)?.rawValue ?? "ok"
        }
    }
}
