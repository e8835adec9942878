internal import Contracts
internal import Streams

extension OSCoreReducer {
    /// Raises an alert, or changes the severity of one that is on. The alert's id is made of what
    /// it is about and when it was raised.
    func setAlert(
        _ judged: inout SignalState, _ signal: GoldenSignal, _ service: String,
        _ severity: Severity, _ profile: SeverityProfile, evidenceMs: Int64, value: Double?,
        threshold: Double?, unit: String?, reason: String, _ context: ReducerContext
    ) {
        let before = judged.alert
        guard before?.severity != severity else { return }
        let raisedMs = before?.raisedMs ?? evidenceMs
        let moment = String(raisedMs, radix: 16)
        let alert = ActiveAlert(
            id: before?.id ?? "\(service).\(signal.rawValue).\(moment)", severity: severity,
            raisedMs: raisedMs, value: value, threshold: threshold, unit: unit)
        judged.alert = alert
        let type =
            before.map { severity.isWorse(than: $0.severity) ? "escalated" : "deescalated" }
            ?? "raised"
        say("alert_\(type)", alert, signal, service, profile, evidenceMs, reason, context)
    }

    /// Clears the alert of a signal, if it is on.
    func clearAlert(
        _ judged: inout SignalState, _ signal: GoldenSignal, _ service: String,
        _ profile: SeverityProfile, evidenceMs: Int64, value: Double?, threshold: Double?,
        unit: String?, reason: String, _ context: ReducerContext
    ) {
        guard let before = judged.alert else { return }
        judged.alert = nil
        let alert = ActiveAlert(
            id: before.id, severity: before.severity, raisedMs: before.raisedMs, value: value,
            threshold: threshold, unit: unit)
        say("alert_cleared", alert, signal, service, profile, evidenceMs, reason, context)
    }

    private func say(
        _ type: String, _ alert: ActiveAlert, _ signal: GoldenSignal, _ service: String,
        _ profile: SeverityProfile, _ evidenceMs: Int64, _ reason: String,
        _ context: ReducerContext
    ) {
        context.emit(
            AlertPayload(
                type: type, alertId: alert.id, service: service, signal: signal,
                severity: alert.severity, value: alert.value, threshold: alert.threshold,
                unit: alert.unit, windowMs: signal == .missingData ? nil : profile.windowMs,
                evidenceTs: evidenceMs, raisedTs: alert.raisedMs, profile: profile.name,
                reason: reason),
            key: service)
    }
}
