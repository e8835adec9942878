public import Contracts

/// Turns a recorded series into signals of a service: as recorded, or restamped and faster.
public struct SeriesReplay: Sendable, Hashable {
    /// The signal that the values are.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// CPU in use.
        case cpu
        /// The 95th percentile of latency.
        case latency
        /// Requests.
        case traffic
    }

    /// The unit of the values.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        /// Of CPU: 0 to 100.
        case percent
        /// Of CPU: 0 to 1.
        case ratio
        /// Of latency: milliseconds.
        case ms
        /// Of latency: seconds.
        case s
        /// Of traffic: requests a second.
        case perSecond = "per_second"
        /// Of traffic: requests a minute.
        case perMinute = "per_minute"
        /// Of traffic: requests in five minutes.
        case per5Minutes = "per_5min"

        /// The signal that is measured in it.
        public var kind: Kind {
            switch self {
            case .percent, .ratio: .cpu
            case .ms, .s: .latency
            case .perSecond, .perMinute, .per5Minutes: .traffic
            }
        }

        /// What a value is multiplied by to have the unit of the bus.
        var scale: Double {
            switch self {
            case .ratio, .ms, .perSecond: 1
            case .percent: 0.01
            case .s: 1000
            case .perMinute: 1 / 60
            case .per5Minutes: 1 / 300
            }
        }
    }

    /// A signal, and when it is due.
    public struct Message: Sendable, Hashable {
        /// Event time, Unix ms: also the moment to send it.
        public let tsMs: Int64
        /// When it was recorded, Unix ms.
        public let recordedMs: Int64
        /// The signal.
        public let payload: SignalValuesPayload
    }

    /// The service that the signals are said to be of.
    public let service: String
    /// The unit of the values, which names the signal too.
    public let unit: Unit

    /// A replay under the name `service`.
    public init(service: String, unit: Unit) {
        self.service = service
        self.unit = unit
    }

    /// The signals of `series`, the first at `startMs`, then `speed` times as fast as recorded.
    /// Values that the signal cannot have are brought to the nearest that it can: CPU above 100%,
    /// a latency below 0.
    public func messages(
        of series: RecordedSeries, startMs: Int64, speed: Double = 1
    ) -> [Message] {
        guard let first = series.points.first, speed.isFinite, speed > 0 else { return [] }
        return series.points.map { point in
            let elapsedMs = Double(point.tsMs - first.tsMs) / speed
            let tsMs = startMs + Int64(min(elapsedMs.rounded(), Double(SignalLimits.tsMax)))
            return Message(tsMs: tsMs, recordedMs: point.tsMs, payload: payload(point.value))
        }
    }

    private func payload(_ value: Double) -> SignalValuesPayload {
        var payload = SignalValuesPayload(service: service, instance: "replay")
        let scaled = max(0, value * unit.scale)
        switch unit.kind {
        case .cpu: payload.cpu = min(1, scaled)
        case .latency: payload.latencyP95Ms = min(SignalLimits.amountMax, scaled)
        case .traffic: payload.requestsPerSecond = min(SignalLimits.amountMax, scaled)
        }
        return payload
    }
}
