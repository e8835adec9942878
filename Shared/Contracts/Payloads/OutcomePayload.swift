/// What became of a command or a request.
public struct OutcomePayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.outcome
    /// The types that it stands for.
    public static let types = ["command_outcome"]

    /// In `tell`: whoever is told of incidents.
    public static let everyone = "everyone"

    /// Always `command_outcome`.
    public var type: String
    /// The id of the command or request.
    public var commandId: String
    /// How far it has come.
    public var status: OutcomeStatus
    /// Whether nothing follows: one outcome of each command is final.
    public var final: Bool
    /// What was ordered: `payload.type` of the command (`notify` for a notification).
    public var action: String
    /// Who ordered it.
    public var author: String
    /// The service that it is about, or `*` for all.
    public var service: String
    /// Services that were left out.
    public var except: [String]?
    /// Why it was refused, failed, or changed nothing.
    public var code: OutcomeCode?
    /// The same for people; of a success the reason that the author gave.
    public var reason: String?
    /// The flags that changed.
    public var flags: [FlagChange]?
    /// The version of the flags that holds the change.
    public var flagsVersion: Int64?
    /// The version of the settings that holds the change.
    public var settingVersion: Int64?
    /// Who else holds the flag.
    public var heldBy: [String]?
    /// The incident that it was done for, or is about.
    public var incidentId: String?
    /// The runbook that asked.
    public var runbook: String?
    /// Its step.
    public var step: String?
    /// Whether the step was being undone.
    public var undo: Bool?
    /// The action that it belongs to: the id of the command that ran it first.
    public var correlationId: String?
    /// What the action acts upon.
    public var target: String?
    /// Of `planned`: what will be done, line by line; of `in_doubt`: what may have been.
    public var plan: [String]?
    /// What the steps of the action have found out, evidence included.
    public var values: [NamedValue]?
    /// The end of what a program wrote, or an endpoint answered; secrets are masked.
    public var output: String?
    /// Who approved it, beside the author.
    public var approver: String?
    /// Who is to be told of it: `everyone`, or a contact of config/contacts.yaml.
    public var tell: String?
    /// True of the copy that `replyKey` asked for, and of those of an outcome about all services in
    /// the other partitions: not counted as an outcome.
    public var copy: Bool?

    /// Makes one; what is not given is absent.
    public init(
        type: String = "command_outcome",
        commandId: String,
        status: OutcomeStatus,
        final: Bool,
        action: String,
        author: String,
        service: String,
        except: [String]? = nil,
        code: OutcomeCode? = nil,
        reason: String? = nil,
        flags: [FlagChange]? = nil,
        flagsVersion: Int64? = nil,
        settingVersion: Int64? = nil,
        heldBy: [String]? = nil,
        incidentId: String? = nil,
        runbook: String? = nil,
        step: String? = nil,
        undo: Bool? = nil,
        correlationId: String? = nil,
        target: String? = nil,
        plan: [String]? = nil,
        values: [NamedValue]? = nil,
        output: String? = nil,
        approver: String? = nil,
        tell: String? = nil,
        copy: Bool? = nil
    ) {
        self.type = type
        self.commandId = commandId
        self.status = status
        self.final = final
        self.action = action
        self.author = author
        self.service = service
        self.except = except
        self.code = code
        self.reason = reason
        self.flags = flags
        self.flagsVersion = flagsVersion
        self.settingVersion = settingVersion
        self.heldBy = heldBy
        self.incidentId = incidentId
        self.runbook = runbook
        self.step = step
        self.undo = undo
        self.correlationId = correlationId
        self.target = target
        self.plan = plan
        self.values = values
        self.output = output
        self.approver = approver
        self.tell = tell
        self.copy = copy
    }
}
