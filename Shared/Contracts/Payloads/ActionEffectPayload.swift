/// What an effector did, or that there is one.
public struct ActionEffectPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.effect
    /// The types that it stands for.
    public static let types = ["effector_ready", "action_started", "action_ended"]

    /// `effector_ready`, `action_started` or `action_ended`.
    public var type: String
    /// The action; of `effector_ready` the epoch.
    public var subjectId: String
    /// The effector.
    public var epoch: String
    /// The service, or `*`.
    public var service: String
    /// Which part of the action.
    public var phase: ActionPhase?
    /// Which step of the part.
    public var step: Int?
    /// Which attempt at the step.
    public var attempt: Int?
    /// Of `action_ended`: whether it was done.
    public var succeeded: Bool?
    /// A stable reason of a failure.
    public var code: String?
    /// The reason for people.
    public var reason: String?
    /// Of a failure: whether another attempt could help.
    public var transient: Bool?
    /// The end of what was written or answered; secrets are masked.
    public var output: String?
    /// What it found out, evidence included.
    public var values: [NamedValue]?
    /// How often the effector looked, of a step that polls; else 1.
    public var attempts: Int?

    /// Makes one; what is not given is absent.
    public init(
        type: String,
        subjectId: String,
        epoch: String,
        service: String,
        phase: ActionPhase? = nil,
        step: Int? = nil,
        attempt: Int? = nil,
        succeeded: Bool? = nil,
        code: String? = nil,
        reason: String? = nil,
        transient: Bool? = nil,
        output: String? = nil,
        values: [NamedValue]? = nil,
        attempts: Int? = nil
    ) {
        self.type = type
        self.subjectId = subjectId
        self.epoch = epoch
        self.service = service
        self.phase = phase
        self.step = step
        self.attempt = attempt
        self.succeeded = succeeded
        self.code = code
        self.reason = reason
        self.transient = transient
        self.output = output
        self.values = values
        self.attempts = attempts
    }
}
