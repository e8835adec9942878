/// What can be ordered: `payload.type` of a command or a request.
public enum CommandType: String, Codable, Sendable, Hashable, CaseIterable {
    /// The seeds' notation (`SAFE_MODE=on`), in `hotkey`.
    case hotkey
    /// SAFE_MODE: no tool use, no external calls. Needs `enabled`.
    case setSafeMode = "set_safe_mode"
    /// WRITE_DRAIN: refuse writes, keep reads. Needs `enabled`.
    case setWriteDrain = "set_write_drain"
    /// FEATURE_FLAG: a module on or off. Needs `module` and `enabled`.
    case setModule = "set_module"
    /// The kill switch. Needs `enabled` (true: everything not needed to recover stops).
    case setKillSwitch = "set_kill_switch"
    /// RATE_LIMIT. Needs `enabled`; `percent` of the normal rate.
    case setRateLimit = "set_rate_limit"
    /// AUTOSCALE. Needs `enabled`; `factor` of the normal size.
    case setAutoscale = "set_autoscale"
    /// MONITOR. Needs `level`: `increase` or `normal`.
    case setMonitor = "set_monitor"
    /// ALERT_THRESHOLD. Needs `level`: `lower` or `normal`.
    case setAlertThreshold = "set_alert_threshold"
    /// Ends the hold of the author on `flag` (with `override`: every hold).
    case releaseFlag = "release_flag"
    /// No automatic step until `expiresAt`.
    case pauseAutomation = "pause_automation"
    /// Automatic steps again.
    case resumeAutomation = "resume_automation"
    /// Runs `action` for `service` with `arguments`.
    case runAction = "run_action"
    /// Lets `actionId` run: the second person.
    case approveAction = "approve_action"
    /// Ends `actionId`, which waits for its second person.
    case refuseAction = "refuse_action"
    /// Says what became of `actionId`, which is in doubt: `result`.
    case settleAction = "settle_action"
    /// Takes `actionId` back.
    case undoAction = "undo_action"
    /// No app listens to `agent` any more.
    case quarantineAgent = "quarantine_agent"
    /// Ends the quarantine of `agent`.
    case releaseAgent = "release_agent"
    /// Emergency mode: SAFE_MODE and WRITE_DRAIN at once. Needs `enabled`.
    case setEmergency = "set_emergency"
    /// Opens an incident by hand. Needs `service`, `severity`, `title`.
    case declareIncident = "declare_incident"
    /// Somebody looks at `incidentId`.
    case ackIncident = "ack_incident"
    /// Puts `text` on the timeline of `incidentId`.
    case noteIncident = "note_incident"
    /// Sets the severity of `incidentId` by hand.
    case setIncidentSeverity = "set_incident_severity"
    /// Closes `incidentId` by hand.
    case resolveIncident = "resolve_incident"

    /// Whether control-core passes it on to incident-core, whose answer is its outcome.
    public var isDirective: Bool {
        switch self {
        case .declareIncident, .ackIncident, .noteIncident, .setIncidentSeverity, .resolveIncident:
            true
        default: false
        }
    }
}
