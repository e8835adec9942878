public import OSCoreDomain

/// How os-core reads the metrics of services.
public struct ScrapePolicy: Sendable, Hashable {
    /// The time between two reads of a target, ms.
    public var intervalMs: Int64 = 5_000
    /// What MONITOR=increase divides the interval by (seed 000 names no figure).
    public var increaseFactor: Int = 5
    /// How long one read may take, ms; at most the interval.
    public var timeoutMs: Int64 = 2_000
    /// The largest answer that is taken, bytes.
    public var responseMaxBytes: Int = 1 << 20
    /// The targets, in the order of their services' names and of the file.
    public var targets: [ScrapeTarget] = []

    /// The defaults of the project, without targets.
    public init() {}

    /// The interval under MONITOR=increase, ms; never under 100.
    public var increasedIntervalMs: Int64 { max(100, intervalMs / Int64(max(1, increaseFactor))) }
}

/// One instance of a service, to be read.
public struct ScrapeTarget: Sendable, Hashable {
    /// The service.
    public var service: String
    /// The instance; unique within the service.
    public var instance: String
    /// Where its metrics are.
    public var url: String
    /// Their names.
    public var metrics: MetricNames

    /// A target.
    public init(
        service: String, instance: String, url: String, metrics: MetricNames = MetricNames()
    ) {
        self.service = service
        self.instance = instance
        self.url = url
        self.metrics = metrics
    }
}
