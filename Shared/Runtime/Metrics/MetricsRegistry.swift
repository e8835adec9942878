internal import Contracts
public import HTTP

/// What `/metrics` shows: every part of a service adds a collector, which writes its samples
/// when somebody looks.
public final class MetricsRegistry: Sendable {
    /// Writes samples.
    public typealias Collector = @Sendable (inout PrometheusTextWriter) -> Void

    private let collectors = Locked<[Collector]>([])

    /// An empty registry.
    public init() {}

    /// Adds what `collector` writes.
    public func add(_ collector: @escaping Collector) {
        collectors.withLock { $0.append(collector) }
    }

    /// Adds a counter.
    public func add(_ counter: Counter) {
        add { counter.write(to: &$0) }
    }

    /// The metrics now, in the text format of Prometheus.
    public func text() -> String {
        var writer = PrometheusTextWriter()
        for collect in collectors.withLock({ $0 }) { collect(&writer) }
        return writer.text
    }
}
