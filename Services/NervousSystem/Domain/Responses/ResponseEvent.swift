internal import Contracts

/// What a response hears.
enum ResponseEvent {
    /// News of its incident, and the runbook that is linked now.
    case incident(IncidentPayload, runbook: Runbook?)
    /// What became of a request.
    case outcome(OutcomePayload)
    /// Its alarm, set for this time, went off.
    case alarm(dueMs: Int64)
    /// The automation was paused, or goes on.
    case automationChanged
}

/// The circumstances under which it hears it.
struct ResponseMoment {
    /// The time, Unix ms.
    var nowMs: Int64
    /// When what is heard was said, Unix ms.
    var saidMs: Int64
    /// What the automation may do to the service.
    var mode: AutomationMode
    /// Whether the automation is paused, for the service or for all.
    var isPaused: Bool
}

/// What a response wants done.
enum ResponseAction: Hashable {
    /// Order something of control-core.
    case request(RequestPayload, id: String)
    /// Ask or tell a person.
    case notify(NotificationPayload)
    /// Wake it at this time, Unix ms; replaces the alarm that is set.
    case setAlarm(dueMs: Int64)
    /// No alarm.
    case cancelAlarm
    /// Drop the record.
    case forget
}
