/// An incident, whole, at each turn of its life. `incidentId` is `<service>.<8 hex digits>`.
public struct IncidentPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.incident
    /// The types that it stands for.
    public static let types = [
        "incident_opened",
        "incident_updated",
        "incident_escalated",
        "incident_deescalated",
        "incident_acknowledged",
        "incident_recovering",
        "incident_relapsed",
        "incident_reopened",
        "incident_resolved",
        "incident_noted",
    ]

    /// What happened to it.
    public var type: String
    /// The incident.
    public var incidentId: String
    /// The service.
    public var service: String
    /// Where it stands.
    public var state: IncidentState
    /// The worst of its active alerts, or what a person set.
    public var severity: Severity
    /// One line for people.
    public var title: String
    /// Counts up with every change.
    public var revision: Int64
    /// When it was opened: event time, Unix ms.
    public var openedTs: Int64
    /// Event time of the first bad evidence, Unix ms; absent of a declared incident.
    public var raisedTs: Int64?
    /// Event time of the newest evidence, Unix ms. Older than `actWithin`: history, on which nobody
    /// acts.
    public var evidenceTs: Int64
    /// Since when every alert is clear: event time, Unix ms.
    public var clearedTs: Int64?
    /// When the first step against it had succeeded, of the automation or of a person: event
    /// time, Unix ms.
    public var mitigatedTs: Int64?
    /// When it was resolved, Unix ms.
    public var resolvedTs: Int64?
    /// Who looks at it.
    public var acknowledgedBy: String?
    /// Its alerts, by id.
    public var alerts: [IncidentAlert]
    /// How often it came back after it was clear.
    public var relapses: Int
    /// The runbook steps that hold flags on its account now, as `<runbook>/<step>`.
    public var mitigations: [String]?
    /// The runbook that applies.
    public var runbook: String?
    /// Who declared it; absent when an alert opened it.
    public var declaredBy: String?
    /// What happened, one line for people.
    public var reason: String

    /// Makes one; what is not given is absent.
    public init(
        type: String,
        incidentId: String,
        service: String,
        state: IncidentState,
        severity: Severity,
        title: String,
        revision: Int64,
        openedTs: Int64,
        raisedTs: Int64? = nil,
        evidenceTs: Int64,
        clearedTs: Int64? = nil,
        mitigatedTs: Int64? = nil,
        resolvedTs: Int64? = nil,
        acknowledgedBy: String? = nil,
        alerts: [IncidentAlert],
        relapses: Int,
        mitigations: [String]? = nil,
        runbook: String? = nil,
        declaredBy: String? = nil,
        reason: String
    ) {
        self.type = type
        self.incidentId = incidentId
        self.service = service
        self.state = state
        self.severity = severity
        self.title = title
        self.revision = revision
        self.openedTs = openedTs
        self.raisedTs = raisedTs
        self.evidenceTs = evidenceTs
        self.clearedTs = clearedTs
        self.mitigatedTs = mitigatedTs
        self.resolvedTs = resolvedTs
        self.acknowledgedBy = acknowledgedBy
        self.alerts = alerts
        self.relapses = relapses
        self.mitigations = mitigations
        self.runbook = runbook
        self.declaredBy = declaredBy
        self.reason = reason
    }
}
