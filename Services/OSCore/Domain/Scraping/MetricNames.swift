/// The names under which a service exports its golden signals as Prometheus text. The defaults are
/// those of Examples/checkout, which follow the conventions of Prometheus (seed 003 queries
/// `http_requests_total` and `http_request_duration_seconds`).
public struct MetricNames: Sendable, Hashable {
    /// The unit of the histogram's bounds.
    public enum LatencyUnit: String, Sendable, Hashable, CaseIterable {
        /// Seconds, the convention of Prometheus.
        case seconds = "s"
        /// Milliseconds.
        case milliseconds = "ms"

        /// Its length, ms.
        var ms: Double {
            switch self {
            case .seconds: 1000
            case .milliseconds: 1
            }
        }
    }

    /// The counter of requests answered, without those refused by a flag.
    public var requests: String
    /// The label of `requests` that holds the status; 500 to 599 are errors.
    public var statusLabel: String
    /// A counter of failed requests, in the place of the status label; nil: there is none.
    public var errors: String?
    /// The histogram of the time to answer.
    public var latency: String
    /// The unit of its bounds.
    public var latencyUnit: LatencyUnit
    /// The counter of requests refused because of a flag: neither errors nor lost traffic.
    public var refusedByFlag: String = "requests_refused_by_flag_total"
    /// The gauge of CPU in use, 0 to 1.
    public var cpu: String = "process_cpu_ratio"
    /// The gauge of memory in use, 0 to 1.
    public var memory: String = "process_memory_ratio"
    /// The gauge of the process's start, Unix seconds: it tells a reset of the counters.
    public var startTime: String = "process_start_time_seconds"

    /// The samples of the histogram's buckets.
    var latencyBuckets: String { latency + "_bucket" }

    /// Names; the defaults are those of Examples/checkout, after the Prometheus conventions.
    public init(
        requests: String = "http_requests_total", statusLabel: String = "status",
        errors: String? = nil, latency: String = "http_request_duration_seconds",
        latencyUnit: LatencyUnit = .seconds
    ) {
        self.requests = requests
        self.statusLabel = statusLabel
        self.errors = errors
        self.latency = latency
        self.latencyUnit = latencyUnit
    }
}
