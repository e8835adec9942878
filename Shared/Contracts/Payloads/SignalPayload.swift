/// The golden signals of one instance as cumulative counters since it started; `ts` of the message
/// is the event time.
public struct SignalPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.signal
    /// The types that it stands for.
    public static let types = ["golden_signals"]

    /// Always `golden_signals`.
    public var type: String
    /// The service.
    public var service: String
    /// The instance.
    public var instance: String
    /// Requests answered, without those refused by a flag.
    public var requestsTotal: Double?
    /// Of these, failed (5xx).
    public var errorsTotal: Double?
    /// Requests refused because of a flag: neither errors nor lost traffic.
    public var refusedByFlagTotal: Double?
    /// Upper bounds of the histogram's buckets, ms, rising, without the infinite one; 64 at most.
    public var latencyBoundsMs: [Double]?
    /// Requests at or under each bound, cumulative; one more than bounds: the last counts all.
    public var latencyCounts: [Double]?
    /// CPU in use, 0 to 1.
    public var cpu: Double?
    /// Memory in use, 0 to 1.
    public var memory: Double?
    /// When the process started, Unix ms: tells a counter reset.
    public var startTimeMs: Int64?

    /// Makes one; what is not given is absent.
    public init(
        type: String = "golden_signals",
        service: String,
        instance: String,
        requestsTotal: Double? = nil,
        errorsTotal: Double? = nil,
        refusedByFlagTotal: Double? = nil,
        latencyBoundsMs: [Double]? = nil,
        latencyCounts: [Double]? = nil,
        cpu: Double? = nil,
        memory: Double? = nil,
        startTimeMs: Int64? = nil
    ) {
        self.type = type
        self.service = service
        self.instance = instance
        self.requestsTotal = requestsTotal
        self.errorsTotal = errorsTotal
        self.refusedByFlagTotal = refusedByFlagTotal
        self.latencyBoundsMs = latencyBoundsMs
        self.latencyCounts = latencyCounts
        self.cpu = cpu
        self.memory = memory
        self.startTimeMs = startTimeMs
    }
}
