/// What a target calls its golden signals; config/services.yaml names those that differ.
public struct MetricNames: Sendable, Hashable {
    /// Counter of answered requests, without those refused by a flag.
    public var requests: String
    /// The label of that counter with the HTTP status; 500 to 599 are errors.
    public var statusLabel: String
    /// A counter of failed requests, in the place of the label; nil: there is none.
    public var errors: String?
    /// Buckets of the latency histogram.
    public var latencyBuckets: String
    /// The unit of their bounds, ms.
    public var latencyUnitMs: Double
    /// Counter of requests refused by a flag.
    public var refused: String
    /// CPU in use, 0 to 1.
    public var cpu: String
    /// Memory in use, 0 to 1.
    public var memory: String
    /// When the process started, Unix seconds.
    public var startTime: String

    /// Names; the defaults are those of Examples/checkout, after the Prometheus conventions.
    public init(
        requests: String = "http_requests_total", statusLabel: String = "status",
        errors: String? = nil,
        latencyBuckets: String = "http_request_duration_seconds_bucket",
        latencyUnitMs: Double = 1000,
        refused: String = "requests_refused_by_flag_total", cpu: String = "process_cpu_ratio",
        memory: String = "process_memory_ratio", startTime: String = "process_start_time_seconds"
    ) {
        self.requests = requests
        self.statusLabel = statusLabel
        self.errors = errors
        self.latencyBuckets = latencyBuckets
        self.latencyUnitMs = latencyUnitMs
        self.refused = refused
        self.cpu = cpu
        self.memory = memory
        self.startTime = startTime
    }
}
