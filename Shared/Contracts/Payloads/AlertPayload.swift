/// What os-core noticed. One `alertId` from raised to cleared.
public struct AlertPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.alert
    /// The types that it stands for.
    public static let types = [
        "alert_raised",
        "alert_escalated",
        "alert_deescalated",
        "alert_cleared",
    ]

    /// `alert_raised`, `alert_escalated`, `alert_deescalated` or `alert_cleared`.
    public var type: String
    /// Stable from raised to cleared.
    public var alertId: String
    /// The service.
    public var service: String
    /// The signal.
    public var signal: GoldenSignal
    /// The severity now; of a cleared alert the last one.
    public var severity: Severity
    /// What was measured.
    public var value: Double?
    /// The threshold that it crossed.
    public var threshold: Double?
    /// The unit of both: `ms`, `ratio`, `per_second`, `letters`,
    /// `letters/min` or `tasks`.
    public var unit: String?
    /// Length of the window, ms.
    public var windowMs: Int64?
    /// Event time of the evidence, Unix ms.
    public var evidenceTs: Int64
    /// Event time at which it was raised, Unix ms.
    public var raisedTs: Int64
    /// The severity profile that judged.
    public var profile: String?
    /// One line for people.
    public var reason: String

    /// Makes one; what is not given is absent.
    public init(
        type: String,
        alertId: String,
        service: String,
        signal: GoldenSignal,
        severity: Severity,
        value: Double? = nil,
        threshold: Double? = nil,
        unit: String? = nil,
        windowMs: Int64? = nil,
        evidenceTs: Int64,
        raisedTs: Int64,
        profile: String? = nil,
        reason: String
    ) {
        self.type = type
        self.alertId = alertId
        self.service = service
        self.signal = signal
        self.severity = severity
        self.value = value
        self.threshold = threshold
        self.unit = unit
        self.windowMs = windowMs
        self.evidenceTs = evidenceTs
        self.raisedTs = raisedTs
        self.profile = profile
        self.reason = reason
    }
}
