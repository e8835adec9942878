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
        "notification_tried",
    ]

    /// `directive_done`, `directive_refused`, `notification_delivered`, `notification_failed`, or
    /// `notification_tried` of an attempt that has failed and is followed by another one.
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
    /// When it was tried for the first time, Unix ms.
    public var firstAt: Int64?
    /// Of `notification_tried`: when it is tried again, Unix ms.
    public var nextAt: Int64?

    /// Makes one; what is not given is absent.
    public init(
        type: String,
        subjectId: String,
        service: String,
        incidentId: String? = nil,
        code: String? = nil,
        reason: String? = nil,
        attempts: Int? = nil,
        firstAt: Int64? = nil,
        nextAt: Int64? = nil
    ) {
        self.type = type
        self.subjectId = subjectId
        self.service = service
        self.incidentId = incidentId
        self.code = code
        self.reason = reason
        self.attempts = attempts
        self.firstAt = firstAt
        self.nextAt = nextAt
    }
}
