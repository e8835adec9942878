/// An order of a service to control-core: a step of a runbook, or a command that came in by the
/// ingress.
public struct RequestPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.request
    /// The types that it stands for.
    public static let types = CommandType.allCases.map(\.rawValue)

    /// What is ordered: the raw value of a `CommandType`.
    public var type: String
    /// Who orders it: a person's name, or `service/<name>`.
    public var author: String
    /// The service that it is about; absent with `all`.
    public var service: String?
    /// True: about every service.
    public var all: Bool?
    /// Services that an order to all leaves out.
    public var except: [String]?
    /// Why, for those who read it later.
    public var reason: String?
    /// When it ends by itself, Unix ms.
    public var expiresAt: Int64?
    /// A person ends the holds of others as well.
    public var override: Bool?
    /// On or off.
    public var enabled: Bool?
    /// The module of `set_module`.
    public var module: String?
    /// Percent of the normal rate, above 0 to 100.
    public var percent: Double?
    /// Factor of the normal size, 1 to 100.
    public var factor: Double?
    /// The level of `set_monitor` and `set_alert_threshold`.
    public var level: String?
    /// The flag of `release_flag`.
    public var flag: String?
    /// The seeds' notation, such as `SAFE_MODE=on`.
    public var hotkey: String?
    /// The incident that it is about, or that a runbook acts for.
    public var incidentId: String?
    /// The severity of a declared or changed incident.
    public var severity: Severity?
    /// The title of a declared incident.
    public var title: String?
    /// The text of a note.
    public var text: String?
    /// The action of `run_action`: a verb of the service, or an action's name.
    public var action: String?
    /// The parameters of `run_action`.
    public var arguments: [NamedValue]?
    /// The action that is approved, refused, settled or undone: the id of its command.
    public var actionId: String?
    /// A commander approves alone.
    public var solo: Bool?
    /// Of `settle_action`: `done`, `not_done` or `retry`.
    public var result: String?
    /// The agent of `quarantine_agent` and `release_agent`.
    public var agent: String?
    /// It was given on a machine that could not reach Kafka (commands alone).
    public var breakGlass: BreakGlassNote?
    /// The runbook that asks (requests alone).
    public var runbook: String?
    /// Its step (requests alone).
    public var step: String?
    /// Whether the step is being undone (requests alone).
    public var undo: Bool?
    /// Event time of the evidence that the automation acts upon, Unix ms.
    public var evidenceTs: Int64?
    /// The key under which a copy of the outcome is wanted.
    public var replyKey: String?

    /// Makes one; what is not given is absent.
    public init(
        type: String, author: String, service: String? = nil, all: Bool? = nil,
        except: [String]? = nil, reason: String? = nil, expiresAt: Int64? = nil,
        override: Bool? = nil, enabled: Bool? = nil, module: String? = nil, percent: Double? = nil,
        factor: Double? = nil, level: String? = nil, flag: String? = nil, hotkey: String? = nil,
        incidentId: String? = nil, severity: Severity? = nil, title: String? = nil,
        text: String? = nil, action: String? = nil, arguments: [NamedValue]? = nil,
        actionId: String? = nil, solo: Bool? = nil, result: String? = nil, agent: String? = nil,
        breakGlass: BreakGlassNote? = nil, runbook: String? = nil, step: String? = nil,
        undo: Bool? = nil, evidenceTs: Int64? = nil,
        replyKey: String? = nil
    ) {
        self.type = type
        self.author = author
        self.service = service
        self.all = all
        self.except = except
        self.reason = reason
        self.expiresAt = expiresAt
        self.override = override
        self.enabled = enabled
        self.module = module
        self.percent = percent
        self.factor = factor
        self.level = level
        self.flag = flag
        self.hotkey = hotkey
        self.incidentId = incidentId
        self.severity = severity
        self.title = title
        self.text = text
        self.action = action
        self.arguments = arguments
        self.actionId = actionId
        self.solo = solo
        self.result = result
        self.agent = agent
        self.breakGlass = breakGlass
        self.runbook = runbook
        self.step = step
        self.undo = undo
        self.evidenceTs = evidenceTs
        self.replyKey = replyKey
    }
}
