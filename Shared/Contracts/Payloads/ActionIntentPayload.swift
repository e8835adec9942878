/// One step of an action that an effector is to carry out.
public struct ActionIntentPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.action
    /// The types that it stands for.
    public static let types = ["action_step"]

    /// Always `action_step`.
    public var type: String
    /// The action: the id of the command that ran it.
    public var actionId: String
    /// The command that the step belongs to: that of the action, or the one that takes it back.
    public var commandId: String
    /// The effector that is meant; all others leave it alone.
    public var epoch: String
    /// The service that it is for.
    public var service: String
    /// What it acts upon.
    public var target: String
    /// The action, or the verb of the service.
    public var action: String
    /// Its parameters, as they were ordered.
    public var arguments: [NamedValue]
    /// What earlier steps have found out.
    public var captured: [NamedValue]
    /// Which part.
    public var phase: ActionPhase
    /// Which step of the part, from 0.
    public var step: Int
    /// Which attempt at this step, from 1.
    public var attempt: Int
    /// SHA-256 of the whole plan: an effector that knows another one does nothing.
    public var digest: String

    /// The key under which the step is done once, however often it is tried: two steps of an action,
    /// or one and what takes it back, are not the same request.
    public var idempotencyKey: String { "\(actionId)-\(phase.rawValue)-\(step)" }

    /// Makes one; what is not given is absent.
    public init(
        type: String = "action_step",
        actionId: String,
        commandId: String,
        epoch: String,
        service: String,
        target: String,
        action: String,
        arguments: [NamedValue],
        captured: [NamedValue],
        phase: ActionPhase,
        step: Int,
        attempt: Int,
        digest: String
    ) {
        self.type = type
        self.actionId = actionId
        self.commandId = commandId
        self.epoch = epoch
        self.service = service
        self.target = target
        self.action = action
        self.arguments = arguments
        self.captured = captured
        self.phase = phase
        self.step = step
        self.attempt = attempt
        self.digest = digest
    }
}
