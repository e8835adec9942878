/// Golden signals that the sender has computed itself, as gauges at `ts` (recorded series, other
/// monitors).
public struct SignalValuesPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.signal
    /// The types that it stands for.
    public static let types = ["golden_signal_values"]

    /// Always `golden_signal_values`.
    public var type: String
    /// The service.
    public var service: String
    /// The instance.
    public var instance: String
    /// 95th percentile of latency, ms.
    public var latencyP95Ms: Double?
    /// 0 to 1.
    public var errorRate: Double?
    /// Requests a second.
    public var requestsPerSecond: Double?
    /// 0 to 1.
    public var cpu: Double?
    /// 0 to 1.
    public var memory: Double?
    /// Dead letters that wait.
    public var deadLetters: Double?
    /// New dead letters a minute.
    public var deadLettersPerMinute: Double?
    /// Tasks that read an input slowly because too much of it cannot be taken.
    public var slowedTasks: Double?

    /// Makes one; what is not given is absent.
    public init(
        type: String = "golden_signal_values",
        service: String,
        instance: String,
        latencyP95Ms: Double? = nil,
        errorRate: Double? = nil,
        requestsPerSecond: Double? = nil,
        cpu: Double? = nil,
        memory: Double? = nil,
        deadLetters: Double? = nil,
        deadLettersPerMinute: Double? = nil,
        slowedTasks: Double? = nil
    ) {
        self.type = type
        self.service = service
        self.instance = instance
        self.latencyP95Ms = latencyP95Ms
        self.errorRate = errorRate
        self.requestsPerSecond = requestsPerSecond
        self.cpu = cpu
        self.memory = memory
        self.deadLetters = deadLetters
        self.deadLettersPerMinute = deadLettersPerMinute
        self.slowedTasks = slowedTasks
    }
}
