/// One golden signal of a service as os-core sees it.
public struct SignalView: Codable, Sendable, Hashable {
    /// The signal.
    public var signal: GoldenSignal
    /// What is measured; absent without enough data.
    public var value: Double?
    /// `ms`, `ratio`, `per_second`, `letters` or `letters/min`.
    public var unit: String
    /// `ok`, `P0` to `P3`, `insufficient` or `unknown`.
    public var state: String
    /// Severity to threshold.
    public var thresholds: [String: Double]
    /// At or under this it recovers.
    public var recover: Double?

    /// Makes one; what is not given is absent.
    public init(
        signal: GoldenSignal,
        value: Double? = nil,
        unit: String,
        state: String,
        thresholds: [String: Double],
        recover: Double? = nil
    ) {
        self.signal = signal
        self.value = value
        self.unit = unit
        self.state = state
        self.thresholds = thresholds
        self.recover = recover
    }
}
