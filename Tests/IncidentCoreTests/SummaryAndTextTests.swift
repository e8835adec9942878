import Contracts
import Streams
import Testing

@testable import IncidentCoreDomain

struct SummaryAndTextTests {
    @Test func `the times to detect, to mitigate and to recover come from the incident`() throws {
        let harness = try makeHarness()
        try harness.advance(to: startMs + 1_500)
        let id = try #require(
            try harness.alert("alert_raised", "a", afterMs: 0).incident?.incidentId)
        try harness.advance(to: startMs + 1_540)
        try harness.outcome(stepOutcome("r1", id))
        try harness.advance(to: startMs + 31_500)
        try harness.alert("alert_cleared", "a")
        let summary = IncidentSummary(try #require(harness.view?.incident))
        #expect(summary.detectMs == 1_500)
        #expect(summary.mitigateMs == 40)
        #expect(summary.recoverMs == 30_000)
    }

    @Test func `what has not happened has no time, and clocks that disagree give 0`() {
        var incident = IncidentPayload(
            type: "incident_opened", incidentId: "a.00000000", service: "a", state: .open,
            severity: .p0, title: "t", revision: 1, openedTs: 1_000, evidenceTs: 1_000,
            alerts: [], relapses: 0, reason: "r")
        let none = IncidentSummary(incident)
        #expect(none.detectMs == nil && none.mitigateMs == nil && none.recoverMs == nil)
        incident.raisedTs = 1_005
        incident.clearedTs = .min
        #expect(IncidentSummary(incident).detectMs == 0)
        #expect(IncidentSummary(incident).recoverMs == 0)
    }

    @Test(arguments: [
        (6_210.4, "ms", "6,210 ms"), (0.425, "ratio", "42.5%"), (0.1, "ratio", "10%"),
        (0.0004, "ratio", "0.04%"), (1_234_567, "ms", "1,234,567 ms"), (12.34, "ms", "12.3 ms"),
        (0.05, "s", "0.05 s"), (-3.5, "ms", "-3.5 ms"), (0, "ms", "0 ms"),
        (999.96, "ms", "1,000 ms"), (1e300, "ms", "1e+300 ms"),
    ])
    func `figures read as people write them`(value: Double, unit: String, text: String) {
        #expect(FigureText.value(value, unit: unit) == text)
    }

    @Test(arguments: [
        (0, "0 s"), (60_000, "1 min"), (300_000, "5 min"), (90_000, "90 s"), (8_500, "8.5 s"),
        (7_200_000, "2 h"),
    ])
    func `durations read as people write them`(durationMs: Int64, text: String) {
        #expect(FigureText.duration(durationMs) == text)
    }

    @Test func `every table's value survives its binary form, and cut bytes are refused`() throws {
        let harness = try makeHarness()
        let id = try harness.openIncident()
        try harness.outcome(stepOutcome("r1", id))
        try harness.direct(.ackIncident, incident: id)
        for table in harness.reducer.tables {
            var entries: [(key: [UInt8], value: [UInt8])] = []
            table.forEachEntry { entries.append(($0, $1)) }
            for (key, value) in entries {
                for count in value.indices {
                    #expect(throws: BinaryError.self) {
                        try table.restore(key: key, value: Array(value.prefix(count)))
                    }
                }
                try table.restore(key: key, value: value)
            }
        }
        try harness.restart()
    }
}
