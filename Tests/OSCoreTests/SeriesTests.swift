import Contracts
import Testing

@testable import OSCoreDomain

/// Recorded series: reading, restamping, and what a profile makes of them.
struct SeriesTests {
    @Test func `a series is read with its times in UTC`() throws {
        let text = """
            timestamp,value\r
            2014-03-07 03:41:00,45.868\r

            2014-03-07 03:41:00,46
            2014-03-07T03:46:00Z,-1e2
            """
        let series = try RecordedSeries(csv: Array(text.utf8))
        #expect(
            series.points == [
                RecordedSeries.Point(tsMs: 1_394_163_660_000, value: 45.868),
                RecordedSeries.Point(tsMs: 1_394_163_960_000, value: -100),
            ])
        #expect(series.repeatedCount == 1)
    }

    @Test(
        arguments: [
            ("", nil), ("timestamp,value\n", nil), ("x\n", 1), ("timestamp,value\n1,2\n", 2),
            ("2014-03-07 03:41:00,1\n2014-03-07 03:40:00,2", 2),
            ("2014-03-07 03:41:00,nan", 1), ("2014-03-07 03:41:00,inf", 1),
            ("2014-03-07 03:41:00,", 1), ("2014-03-07 03:41:00,1,2", 1),
            ("2014-13-07 03:41:00,1", 1), ("2014-02-29 03:41:00,1", 1),
            ("2014-03-07 24:00:00,1", 1), ("1969-12-31 23:59:59,1", 1),
            ("\u{0}\u{1}", 1), (String(repeating: "9", count: 100_000), 1),
        ] as [(String, Int?)])
    func `what is no series is refused with its line`(text: String, line: Int?) {
        let error = #expect(throws: SeriesError.self) {
            try RecordedSeries(csv: Array(text.utf8))
        }
        #expect(error?.line == line)
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        #expect(throws: SeriesError.self) { try RecordedSeries(csv: [0xff, 0xfe, 0x2c, 0x31]) }
    }

    @Test func `a replay begins now and runs as fast as told, in the units of the bus`() throws {
        let series = RecordedSeries(
            points: [
                RecordedSeries.Point(tsMs: 1_000_000, value: 75),
                RecordedSeries.Point(tsMs: 1_300_000, value: 150),
            ])
        let cpu = SeriesReplay(service: "checkout", unit: .percent)
            .messages(of: series, startMs: noonMs, speed: 600)
        #expect(cpu.map(\.tsMs) == [noonMs, noonMs + 500])
        #expect(cpu.map(\.recordedMs) == [1_000_000, 1_300_000])
        #expect(cpu.map(\.payload.cpu) == [0.75, 1])
        let traffic = SeriesReplay(service: "checkout", unit: .per5Minutes)
            .messages(of: series, startMs: noonMs)
        #expect(traffic.map(\.payload.requestsPerSecond) == [0.25, 0.5])
        let latency = SeriesReplay(service: "checkout", unit: .s)
            .messages(of: series, startMs: noonMs)
        #expect(latency.map(\.payload.latencyP95Ms) == [75_000, 150_000])
        #expect(
            SeriesReplay(service: "checkout", unit: .s)
                .messages(of: series, startMs: noonMs, speed: 0).isEmpty)
    }

    @Test func `an evaluation says what was detected when, and what was raised wrongly`() throws {
        // One value every 5 minutes: 20 is normal, 90 is not.
        let values = [20, 20, 90, 20, 20, 20, 20, 20, 90, 90, 20, 20, 20, 20, 20.0]
        let series = RecordedSeries(
            points: values.enumerated().map {
                RecordedSeries.Point(tsMs: noonMs + Int64($0) * 300_000, value: $1)
            })
        let profile = SeverityProfile.recorded(
            "test", [SignalRule(.usedRatio, limits: [.p1: 0.8], recover: 0.5)])
        let failures = [
            SeriesEvaluation.Failure(
                beginMs: noonMs + 7 * 300_000, endMs: noonMs + 11 * 300_000),
            SeriesEvaluation.Failure(
                beginMs: noonMs + 14 * 300_000, endMs: noonMs + 15 * 300_000),
        ]
        let evaluation = try SeriesEvaluation(
            series, SeriesReplay(service: "web", unit: .percent), profile: profile,
            failures: failures)
        #expect(evaluation.detections.map(\.afterMs) == [300_000, nil])
        #expect(evaluation.detections.map(\.worst) == [.p1, nil])
        #expect(evaluation.falseRaises.map(\.evidenceTs) == [noonMs + 2 * 300_000])
        #expect(evaluation.alerts.count == 4)
    }
}
