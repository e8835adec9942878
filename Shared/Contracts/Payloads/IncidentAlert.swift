/// An alert of an incident, as last heard.
public struct IncidentAlert: Codable, Sendable, Hashable {
    /// The alert.
    public var alertId: String
    /// The signal.
    public var signal: GoldenSignal
    /// The severity.
    public var severity: Severity
    /// False once cleared.
    public var active: Bool
    /// What was measured last.
    public var value: Double?
    /// The threshold.
    public var threshold: Double?
    /// The unit of both.
    public var unit: String?

    /// Makes one; what is not given is absent.
    public init(
        alertId: String,
        signal: GoldenSignal,
        severity: Severity,
        active: Bool,
        value: Double? = nil,
        threshold: Double? = nil,
        unit: String? = nil
    ) {
        self.alertId = alertId
        self.signal = signal
        self.severity = severity
        self.active = active
        self.value = value
        self.threshold = threshold
        self.unit = unit
    }
}
