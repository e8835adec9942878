/// What asks or tells a person. The message's id is the key that makes a repeated delivery
/// recognisable.
public struct NotificationPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.notification
    /// The types that it stands for.
    public static let types = ["notification"]

    /// Always `notification`.
    public var type: String
    /// How urgent.
    public var urgency: NotificationUrgency
    /// The service.
    public var service: String
    /// The incident.
    public var incidentId: String?
    /// Its severity.
    public var severity: Severity?
    /// One line.
    public var title: String
    /// What happened and what is asked.
    public var text: String
    /// Commands that do what is asked, ready to paste.
    public var commands: [String]?
    /// Whom it is for, by the name in config/contacts.yaml; nobody in particular if it is absent.
    public var contact: String?
    /// Event time of the evidence, Unix ms.
    public var evidenceTs: Int64?

    /// Makes one; what is not given is absent.
    public init(
        type: String = "notification",
        urgency: NotificationUrgency,
        service: String,
        incidentId: String? = nil,
        severity: Severity? = nil,
        title: String,
        text: String,
        commands: [String]? = nil,
        contact: String? = nil,
        evidenceTs: Int64? = nil
    ) {
        self.type = type
        self.urgency = urgency
        self.service = service
        self.incidentId = incidentId
        self.severity = severity
        self.title = title
        self.text = text
        self.commands = commands
        self.contact = contact
        self.evidenceTs = evidenceTs
    }
}
