public import Contracts
internal import Streams

/// What a profile makes of a recorded series: the reducer itself, without a broker, at the times at
/// which the series was recorded.
public struct SeriesEvaluation: Sendable, Hashable {
    /// A failure that is known: from when to when, Unix ms.
    public struct Failure: Sendable, Hashable {
        /// Its label begins.
        public let beginMs: Int64
        /// Its label ends.
        public let endMs: Int64

        /// A failure.
        public init(beginMs: Int64, endMs: Int64) {
            self.beginMs = beginMs
            self.endMs = endMs
        }

        /// A failure between times such as `2014-03-14 03:31`; nil if they are none.
        public init?(from begin: String, to end: String) {
            guard let beginMs = CivilTime.milliseconds(begin + ":00"),
                let endMs = CivilTime.milliseconds(end + ":00"), beginMs <= endMs
            else { return nil }
            self.init(beginMs: beginMs, endMs: endMs)
        }
    }

    /// What became of a known failure.
    public struct Detection: Sendable, Hashable {
        /// The failure.
        public let failure: Failure
        /// The first alert that was raised or became worse within it, ms after its begin; nil if
        /// there was none.
        public let afterMs: Int64?
        /// The worst severity that an alert had within it.
        public let worst: Severity?
        /// An alert was on already when it began.
        public let wasInAlert: Bool
    }

    /// Every alert that was said, in order.
    public let alerts: [AlertPayload]
    /// What became of each known failure.
    public let detections: [Detection]
    /// Alerts that were raised outside of every known failure.
    public let falseRaises: [AlertPayload]

    /// Runs `series` through a reducer that judges by `profile`.
    ///
    /// Event time is the recorded time, and the clock follows it.
    public init(
        _ series: RecordedSeries, _ replay: SeriesReplay, profile: SeverityProfile,
        failures: [Failure] = []
    ) throws {
        let policy = OSCorePolicy(profiles: [profile], defaultProfile: profile.name)
        let startMs = series.points.first?.tsMs ?? 0
        let harness = try ReducerHarness(at: startMs) { OSCoreReducer(policy: policy) }
        var alerts: [AlertPayload] = []
        for message in replay.messages(of: series, startMs: startMs) {
            _ = try harness.advance(to: message.tsMs)
            let said = try harness.send(message.payload, key: replay.service, at: message.tsMs)
            alerts += said.compactMap { $0.payload(as: AlertPayload.self) }
        }
        self.alerts = alerts
        detections = failures.map { Self.detection(of: $0, alerts) }
        falseRaises = alerts.filter { alert in
            alert.type == "alert_raised"
                && !failures.contains { ($0.beginMs...$0.endMs).contains(alert.evidenceTs) }
        }
    }

    private static func detection(of failure: Failure, _ alerts: [AlertPayload]) -> Detection {
        let before = alerts.last { $0.evidenceTs < failure.beginMs }
        let wasInAlert = before.map { $0.type != "alert_cleared" } ?? false
        let within = alerts.filter {
            ($0.type == "alert_raised" || $0.type == "alert_escalated")
                && (failure.beginMs...failure.endMs).contains($0.evidenceTs)
        }
        let severities = within.map(\.severity) + (wasInAlert ? [before?.severity ?? .p3] : [])
        return Detection(
            failure: failure, afterMs: within.first.map { $0.evidenceTs - failure.beginMs },
            worst: severities.min { $0.rank < $1.rank }, wasInAlert: wasInAlert)
    }
}
