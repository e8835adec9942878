internal import CommandLineKit
public import Contracts

/// Orders in words, for the line that says what is about to happen and for what did.
public enum OrderWords {
    /// `SAFE_MODE on for checkout, until 03:30:00Z (reason: errors)`.
    public static func text(_ payload: CommandPayload, scope: OrderScope) -> String {
        var text = short(payload, scope: scope)
        if let expiresAt = payload.expiresAt {
            text += ", until \(UTCTime.text(unixMs: expiresAt))"
        }
        if payload.override == true { text += ", ending the holds of others" }
        if let reason = payload.reason { text += " (reason: \(reason))" }
        return text.sanitized
    }

    /// `SAFE_MODE on for checkout`.
    public static func short(_ payload: CommandPayload, scope: OrderScope) -> String {
        // An incident's id names its service.
        let isAboutIncident = payload.incidentId != nil || payload.actionId != nil
        return (action(payload) + (isAboutIncident ? "" : " for \(scope.words)")).sanitized
    }

    /// What is ordered, without the scope: `SAFE_MODE on`.
    public static func action(_ payload: CommandPayload) -> String {
        let isOn = payload.enabled == true
        let onOff = isOn ? "on" : "off"
        switch CommandType(rawValue: payload.type) {
        case .hotkey: return payload.hotkey ?? "hotkey"
        case .setSafeMode: return "SAFE_MODE \(onOff)"
        case .setWriteDrain: return "WRITE_DRAIN \(onOff)"
        case .setModule: return "module \(payload.module ?? "?") \(onOff)"
        case .setKillSwitch: return "KILL SWITCH \(onOff)"
        case .setRateLimit:
            return isOn ? "RATE_LIMIT reduced\(to(payload.percent, "%"))" : "RATE_LIMIT restored"
        case .setAutoscale: return "AUTOSCALE \(onOff)\(isOn ? to(payload.factor, "x") : "")"
        case .setMonitor: return "MONITOR \(payload.level ?? "?")"
        case .setAlertThreshold: return "ALERT_THRESHOLD \(payload.level ?? "?")"
        case .releaseFlag: return "release of \(payload.flag ?? "?")"
        case .pauseAutomation: return "pause of the automation"
        case .resumeAutomation: return "automation again"
        case .declareIncident:
            return "new \(payload.severity?.rawValue ?? "?") incident '\(payload.title ?? "")'"
        case .ackIncident: return "acknowledgement of \(incident(payload))"
        case .noteIncident: return "note on \(incident(payload))"
        case .setIncidentSeverity:
            return "severity \(payload.severity?.rawValue ?? "?") of \(incident(payload))"
        case .resolveIncident: return "resolution of \(incident(payload))"
        case .runAction:
            let values = (payload.arguments ?? []).map { " \($0.name)=\($0.value)" }.joined()
            return "action \(payload.action ?? "?")\(values)"
        case .approveAction: return "approval of \(payload.actionId ?? "?")"
        case .refuseAction: return "refusal of \(payload.actionId ?? "?")"
        case .settleAction: return "\(payload.actionId ?? "?") settled as \(payload.result ?? "?")"
        case .undoAction: return "undo of \(payload.actionId ?? "?")"
        case .quarantineAgent: return "quarantine of \(payload.agent ?? "?")"
        case .releaseAgent: return "release of \(payload.agent ?? "?")"
        case .setEmergency: return "EMERGENCY \(onOff)"
        case nil: return payload.type
        }
    }

    private static func incident(_ payload: CommandPayload) -> String {
        "incident \(payload.incidentId ?? "?")"
    }

    private static func to(_ number: Double?, _ unit: String) -> String {
        number.map { " to \(FigureText.number($0))\(unit)" } ?? ""
    }
}
