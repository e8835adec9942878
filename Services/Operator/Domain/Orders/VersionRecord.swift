public import Contracts

/// What ran of a service and when, as its heartbeats say, and when it had an incident: from it follows
/// the last version that was good for a while.
public struct VersionRecord: Sendable, Hashable {
    /// A version that was good.
    public struct Good: Sendable, Hashable {
        /// The version.
        public let version: String
        /// Until when it ran for long enough without an incident, Unix ms.
        public let untilMs: Int64
        /// For how long, ms, up to then.
        public let forMs: Int64
    }

    /// A time in which a version was heard of again and again.
    private struct Span: Hashable {
        var startMs: Int64
        var endMs: Int64
    }

    /// Between two heartbeats of a version that runs lies no more, ms: twelve of the usual ones.
    private static let gapMsMax: Int64 = 60_000

    private let service: String
    private var beats: [String: [Int64]] = [:]
    private var incidents: [String: Span] = [:]

    /// Nothing known yet of `service`.
    public init(service: String) { self.service = service }

    /// Takes a message of `nervous.heartbeat` or `nervous.incident`; others are ignored.
    public mutating func take(_ envelope: Envelope, nowMs: Int64) {
        if let beat = try? envelope.payload(as: HeartbeatPayload.self) {
            guard beat.service == service, let version = beat.serviceVersion else { return }
            beats[version, default: []].append(envelope.ts)
        } else if let news = try? envelope.payload(as: IncidentPayload.self) {
            guard news.service == service else { return }
            let endMs = news.state == .open ? nowMs : news.clearedTs ?? envelope.ts
            // What is open again was never quite over.
            let startMs = min(news.openedTs, incidents[news.incidentId]?.startMs ?? .max)
            incidents[news.incidentId] = Span(startMs: startMs, endMs: max(startMs, endMs))
        }
    }

    /// The versions that ran within the last minute.
    public func running(nowMs: Int64) -> [String] {
        beats.filter { $0.value.contains { $0 > nowMs - Self.gapMsMax } }.keys.sorted()
    }

    /// The version that was good last: it ran for `healthyMs` without a gap and without an incident.
    /// What runs now is left out where something else was good: it is what one wants to leave.
    public func lastGood(healthyMs: Int64, nowMs: Int64) -> Good? {
        let good = beats.keys.sorted().compactMap {
            self.good(of: $0, healthyMs: healthyMs)
        }
        let running = Set(running(nowMs: nowMs))
        let left = good.filter { !running.contains($0.version) }
        return (left.isEmpty ? good : left).max { $0.untilMs < $1.untilMs }
    }

    private func good(of version: String, healthyMs: Int64) -> Good? {
        let calm = spans(of: version).flatMap(calm).filter { $0.endMs - $0.startMs >= healthyMs }
        return calm.max { $0.endMs < $1.endMs }.map {
            Good(version: version, untilMs: $0.endMs, forMs: $0.endMs - $0.startMs)
        }
    }

    private func spans(of version: String) -> [Span] {
        var spans: [Span] = []
        for ms in (beats[version] ?? []).sorted() {
            if let last = spans.last, ms - last.endMs <= Self.gapMsMax {
                spans[spans.count - 1].endMs = ms
            } else {
                spans.append(Span(startMs: ms, endMs: ms))
            }
        }
        return spans
    }

    /// What is left of a span without the incidents.
    private func calm(_ span: Span) -> [Span] {
        var rest: [Span] = []
        var startMs = span.startMs
        for incident in incidents.values.sorted(by: { $0.startMs < $1.startMs })
        where incident.endMs >= startMs && incident.startMs <= span.endMs {
            if incident.startMs > startMs {
                rest.append(Span(startMs: startMs, endMs: incident.startMs))
            }
            startMs = max(startMs, incident.endMs)
        }
        if startMs < span.endMs { rest.append(Span(startMs: startMs, endMs: span.endMs)) }
        return rest
    }
}
