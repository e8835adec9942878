/// What the owner of a directive, or an effector, did.
public struct EffectPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.effect
    /// The types that it stands for.
    public static let types = [
        "directive_done",
        "directive_refused",
        "notification_delivered",
        "notification_failed",
    ]

    /// `directive_done`, `directive_refused`, `notification_delivered` or `notification_failed`.
    public var type: String
    /// The id of the directive's command, or of the notification.
    public var subjectId: String
    /// The service that it is about.
    public var service: String
    /// The incident that it is about.
    public var incidentId: String?
    /// A stable reason of a refusal or failure.
    public var code: String?
    /// The reason for people.
    public var reason: String?
    /// How often it was tried.
    public var attempts: Int?

    /// Makes one; what is not given is absent.
    public init(
        type: String,
        subjectId: String,
        service: String,
        incidentId: String? = nil,
        code: String? = nil,
        reason: String? = nil,
        attempts: Int? = nil
    ) {
        self.type = type
        self.subjectId = subjectId
        self.service = service
        self.incidentId = incidentId
        self.code = code
        self.reason = reason
        self.attempts = attempts
    }
}
