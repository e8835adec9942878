internal import Contracts
internal import HTTP

/// A number that only grows, by labels, such as `dreamnet_scrapes_total{result="ok"}`.
public final class Counter: Sendable {
    private let name: String
    private let help: String
    private let label: String
    private let values = Locked<[String: Int]>([:])

    /// A counter of that name, split by the values of one label.
    public init(_ name: String, help: String, label: String) {
        self.name = name
        self.help = help
        self.label = label
    }

    /// Adds to the count of `value`.
    public func add(_ amount: Int = 1, for value: String) {
        values.withLock { $0[value, default: 0] += amount }
    }

    /// The count of `value`.
    public func count(for value: String) -> Int { values.withLock { $0[value] ?? 0 } }

    func write(to writer: inout PrometheusTextWriter) {
        writer.describe(name, .counter, help: help)
        for (value, count) in values.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
            writer.sample(
                name, labels: [PrometheusText.Label(label, value)],
                value: Double(count))
        }
    }
}
