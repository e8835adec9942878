import Contracts
import OperatorDomain
import Testing

/// Which version was good last.
@Suite struct VersionRecordTests {
    private static let nowMs: Int64 = 1_763_679_600_000
    private static let minute: Int64 = 60_000

    private var record = VersionRecord(service: "checkout")

    /// Heartbeats every 5 s between two times, in minutes before now.
    private mutating func run(
        _ version: String?, from start: Int64, to end: Int64, service: String = "checkout"
    ) throws {
        var ms = Self.nowMs - start * Self.minute
        while ms <= Self.nowMs - end * Self.minute {
            let beat = HeartbeatPayload(
                service: service, instance: "a", flagsVersion: 1, serviceVersion: version)
            record.take(
                try Envelope(id: "\(ms)", ts: ms, role: .service, beat), nowMs: Self.nowMs)
            ms += 5_000
        }
    }

    private mutating func incident(
        _ id: String, from start: Int64, to end: Int64?, service: String = "checkout"
    ) throws {
        let openedMs = Self.nowMs - start * Self.minute
        var news = IncidentPayload(
            type: "incident_opened", incidentId: "\(service).\(id)", service: service,
            state: end == nil ? .open : .resolved, severity: .p1, title: "t", revision: 1,
            openedTs: openedMs, evidenceTs: openedMs, alerts: [], relapses: 0,
            reason: "r")
        news.clearedTs = end.map { Self.nowMs - $0 * Self.minute }
        record.take(
            try Envelope(id: id, ts: openedMs, role: .system, news), nowMs: Self.nowMs)
    }

    private func good(_ minutes: Int64 = 10) -> VersionRecord.Good? {
        record.lastGood(healthyMs: minutes * Self.minute, nowMs: Self.nowMs)
    }

    @Test mutating func `it is the one before the deployment that broke it`() throws {
        try run("v1", from: 60, to: 5)
        try run("v2", from: 5, to: 0)
        try incident("00000001", from: 3, to: nil)
        let found = good()
        let good = try #require(found)
        #expect(good.version == "v1" && good.forMs == 55 * Self.minute)
        #expect(good.untilMs == Self.nowMs - 5 * Self.minute)
        #expect(record.running(nowMs: Self.nowMs) == ["v2"])
    }

    @Test mutating func `what runs is left where another was good, though it was good itself`()
        throws
    {
        try run("v1", from: 120, to: 60)
        try run("v2", from: 60, to: 0)
        try incident("00000001", from: 10, to: nil)
        #expect(good()?.version == "v1")
    }

    @Test mutating func `the newest of several is taken, and one with an incident is not`() throws {
        try run("v1", from: 200, to: 150)
        try run("v2", from: 150, to: 100)
        try run("v3", from: 100, to: 50)
        try incident("00000001", from: 95, to: 55)
        try run("v4", from: 50, to: 0)
        #expect(good()?.version == "v2", "v3 had 5 minutes on either side")
        #expect(good(5)?.version == "v3")
    }

    @Test mutating func `silence ends a time, and so does an incident of the service alone`() throws
    {
        try run("v1", from: 30, to: 24)
        try run("v1", from: 20, to: 14)
        try run("v2", from: 5, to: 0)
        #expect(good() == nil, "twice 6 minutes are not 10")
        #expect(good(6)?.version == "v1")
        try incident("00000002", from: 30, to: nil, service: "billing")
        #expect(good(6)?.version == "v1")
        try incident("00000003", from: 30, to: nil)
        #expect(good(6) == nil)
    }

    @Test mutating func `the only one that is known is better than none`() throws {
        try run("v1", from: 30, to: 0)
        try run("other", from: 300, to: 0, service: "billing")
        try run(nil, from: 300, to: 0)
        #expect(good()?.version == "v1")
    }
}
