internal import Contracts
internal import Streams

/// The rules that bind whoever acts by itself (docs/decisions/0005). People are not bound by them.
final class Guardrails {
    /// When the automation touched a service last, Unix ms.
    let touched = Table<String, Int64>(id: 4, name: "brake")
    private let policy: ControlCorePolicy
    private static let hourMs: Int64 = 3_600_000

    init(policy: ControlCorePolicy) {
        self.policy = policy
    }

    /// Refuses what the automation may not do. An undo passes all but the scope: it only takes
    /// back what the automation did.
    func check(_ order: Order, paused: Bool, nowMs: Int64) throws(OrderRefusal) {
        guard order.actor.isAutomation else { return }
        try checkScope(order)
        guard !order.onlyTakesBack else { return }
        guard let evidenceTs = order.request.evidenceTs, evidenceTs >= 0,
            evidenceTs <= nowMs + policy.futureToleranceMs
        else {
            throw OrderRefusal(
                .invalid, "evidenceTs: missing, or no time; automation acts upon evidence")
        }
        guard nowMs - evidenceTs <= policy.actWithinMs else {
            throw OrderRefusal(
                .stale,
                "the evidence is \((nowMs - evidenceTs) / 1000) s old; automation acts within "
                    + "\(policy.actWithinMs / 1000) s")
        }
        let mode = policy.automation[order.service] ?? .observe
        guard mode == .act else {
            throw OrderRefusal(.observed, "automation of \(order.service) is '\(mode.rawValue)'")
        }
        guard !paused else {
            throw OrderRefusal(.paused, "the automation is paused for \(order.service)")
        }
        try brake(order, nowMs: nowMs)
    }

    /// Refuses the automation's actions on what is switched off, and what cannot be taken back on
    /// what is contained: SAFE_MODE means that nothing goes out (seed 000).
    func check(
        _ call: ActionCall, _ order: Order, _ flags: FlagBoard
    ) throws(OrderRefusal) {
        guard order.actor.isAutomation else { return }
        let barring =
            [FlagRules.killSwitch]
            + (call.definition.isReversible ? [] : [FlagRules.safeMode, FlagRules.emergency])
        for flag in barring where flags.isSet(flag, for: order.service) {
            throw OrderRefusal(
                .notAllowed,
                "\(flag) is on for \(order.service): \(call.definition.name) is for people then")
        }
    }

    /// Records that the automation touched the order's service.
    func record(_ order: Order, nowMs: Int64) {
        guard order.actor.isAutomation, !order.onlyTakesBack else { return }
        touched[order.service] = nowMs
    }

    private func checkScope(_ order: Order) throws(OrderRefusal) {
        guard order.service != ServiceName.all else {
            throw OrderRefusal(.notAllowed, "automation never acts on all services")
        }
        if let incident = order.request.incidentId,
            ServiceName.ofIncident(incident) != order.service
        {
            throw OrderRefusal(
                .notAllowed, "incident \(incident) is not one of \(order.service)")
        }
        switch order.type {
        case .setKillSwitch, .releaseFlag, .pauseAutomation, .resumeAutomation, .hotkey,
            .declareIncident, .ackIncident, .noteIncident, .setIncidentSeverity,
            .resolveIncident, .approveAction, .refuseAction, .settleAction, .undoAction,
            .quarantineAgent, .releaseAgent, .setEmergency:
            throw OrderRefusal(.notAllowed, "\(order.type.rawValue) is for people")
        case .setSafeMode, .setWriteDrain, .setModule, .setRateLimit, .setAutoscale, .setMonitor,
            .setAlertThreshold, .runAction:
            return
        }
    }

    private func brake(_ order: Order, nowMs: Int64) throws(OrderRefusal) {
        var recent: [String] = []
        for service in touched.sortedKeys() {
            guard let atMs = touched[service] else { continue }
            if atMs <= nowMs - Self.hourMs {
                touched[service] = nil
            } else {
                recent.append(service)
            }
        }
        guard recent.contains(order.service) || recent.count < policy.maxServicesPerHour else {
            throw OrderRefusal(
                .brake,
                "the automation has touched \(recent.count) services within the hour "
                    + "(\(recent.joined(separator: ", "))); more may be its own doing")
        }
    }
}
