internal import Contracts
internal import Streams

extension OSCoreReducer {
    /// The least wall time between two views of a service whose state has not changed, ms.
    private static let viewEveryMs: Int64 = 1_000

    /// Shows a judgement: at once if a state has changed, else at most once a second, the last one
    /// by a timer.
    func show(
        _ service: String, _ state: inout ServiceState, _ assessment: Assessment, atOnce: Bool,
        _ context: ReducerContext
    ) {
        let timer = Self.timer(Self.viewTimer, service)
        guard atOnce || context.nowMs - state.viewMs >= Self.viewEveryMs else {
            if schedule.dueMs(timer) == nil {
                schedule.set(timer, dueMs: state.viewMs + Self.viewEveryMs)
            }
            return
        }
        schedule.cancel(timer)
        state.viewMs = context.nowMs
        context.emit(view(service, state, assessment), key: "service/\(service)")
    }

    /// Shows what is known now.
    func showNow(_ service: String, _ context: ReducerContext) {
        guard var state = services[service] else { return }
        let assessment = assess(service, state, policy.profile(of: service))
        show(service, &state, assessment, atOnce: true, context)
        services[service] = state
    }

    private func view(
        _ service: String, _ state: ServiceState, _ assessment: Assessment
    ) -> ServiceView {
        let figures = assessment.figures
        var signals = Self.windowed.map {
            signalView($0, state[$0], assessment.verdicts[$0] ?? .unknown)
        }
        if let afterMs = assessment.profile.missingDataAfterMs {
            let severity = assessment.profile.missingDataSeverity
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
            service: service, profile: assessment.profile.name,
            windowMs: assessment.profile.windowMs, evidenceTs: state.watermarkMs,
            requestsPerSecond: figures.answeredPerSecond.map(AlertText.rounded),
            refusedPerSecond: figures.refusedPerSecond.map(AlertText.rounded),
            instances: figures.instances, signals: signals, alerts: alerts)
    }

    private func signalView(
        _ signal: GoldenSignal, _ state: SignalState, _ verdict: Verdict
    ) -> SignalView {
        let limits = verdict.rule?.limits ?? [:]
        return SignalView(
            signal: signal, value: verdict.value.map(AlertText.rounded),
            unit: verdict.rule?.measure.unit ?? (signal == .latency ? "ms" : "ratio"),
            state: Self.stateName(state),
            thresholds: Dictionary(
                limits.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { $1 }),
            recover: verdict.rule?.recover)
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
