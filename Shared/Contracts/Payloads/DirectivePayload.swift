/// A command about an incident, passed on by control-core to its owner, which answers on
/// `nervous.effect`.
public struct DirectivePayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.directive
    /// The types that it stands for.
    public static let types = CommandType.allCases.filter(\.isDirective).map(\.rawValue)

    /// What is ordered: the raw value of a `CommandType`.
    public var type: String
    /// The id of the command; the answer names it.
    public var commandId: String
    /// Who orders it: a person's name, or `service/<name>`.
    public var author: String
    /// The service that it is about; absent with `all`.
    public var service: String?
    /// Why, for those who read it later.
    public var reason: String?
    /// The incident that it is about, or that a runbook acts for.
    public var incidentId: String?
    /// The severity of a declared or changed incident.
    public var severity: Severity?
    /// The title of a declared incident.
    public var title: String?
    /// The text of a note.
    public var text: String?

    /// Makes one; what is not given is absent.
    public init(
        type: String,
        commandId: String,
        author: String,
        service: String? = nil,
        reason: String? = nil,
        incidentId: String? = nil,
        severity: Severity? = nil,
        title: String? = nil,
        text: String? = nil
    ) {
        self.type = type
        self.commandId = commandId
        self.author = author
        self.service = service
        self.reason = reason
        self.incidentId = incidentId
        self.severity = severity
        self.title = title
        self.text = text
    }
}
