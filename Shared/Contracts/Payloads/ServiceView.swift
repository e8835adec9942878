/// What os-core knows of a service. Key: `service/<name>`.
public struct ServiceView: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.view
    /// The types that it stands for.
    public static let types = ["service_view"]

    /// Always `service_view`.
    public var type: String
    /// The service.
    public var service: String
    /// The severity profile.
    public var profile: String
    /// Length of the window, ms.
    public var windowMs: Int64
    /// Event time up to which it is judged, Unix ms.
    public var evidenceTs: Int64
    /// Requests a second.
    public var requestsPerSecond: Double?
    /// Requests refused by a flag a second.
    public var refusedPerSecond: Double?
    /// Instances that reported within the window.
    public var instances: Int
    /// The signals.
    public var signals: [SignalView]
    /// Active alerts.
    public var alerts: [IncidentAlert]

    /// Makes one; what is not given is absent.
    public init(
        type: String = "service_view",
        service: String,
        profile: String,
        windowMs: Int64,
        evidenceTs: Int64,
        requestsPerSecond: Double? = nil,
        refusedPerSecond: Double? = nil,
        instances: Int,
        signals: [SignalView],
        alerts: [IncidentAlert]
    ) {
        self.type = type
        self.service = service
        self.profile = profile
        self.windowMs = windowMs
        self.evidenceTs = evidenceTs
        self.requestsPerSecond = requestsPerSecond
        self.refusedPerSecond = refusedPerSecond
        self.instances = instances
        self.signals = signals
        self.alerts = alerts
    }
}
