/// A sample of the Prometheus text format, as the scraper has parsed it.
public struct MetricSample: Sendable, Hashable {
    /// The name, `_bucket` and the like included.
    public let name: String
    /// The labels.
    public let labels: [String: String]
    /// The value.
    public let value: Double

    /// A sample.
    public init(_ name: String, labels: [String: String] = [:], value: Double) {
        self.name = name
        self.labels = labels
        self.value = value
    }
}
