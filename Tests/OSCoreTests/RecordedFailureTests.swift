import Contracts
import FoundationEssentials
import Testing

@testable import OSCoreDomain

extension SeverityProfile {
    /// A profile for a recorded series of gauges: the window is shorter than the time between two
    /// values, so that each value is judged by itself, whatever the speed of the replay.
    static func recorded(_ name: String, _ rules: [SignalRule]) -> SeverityProfile {
        SeverityProfile(
            name: name, rules: rules, windowMs: 100, evaluateEveryMs: 0, raiseWindows: 1,
            clearWindows: 3, missingDataAfterMs: 3_600_000, missingInstanceSeverity: nil)
    }
}

/// A series of the Numenta Anomaly Benchmark, the rule that config/severity.yaml has for it
/// (`nab-*`), and what docs/detection.md says that it finds.
struct RecordedFailures: Sendable, CustomStringConvertible {
    let file: String
    let unit: SeriesReplay.Unit
    let rule: SignalRule
    let failures: [(from: String, to: String)]
    /// Minutes from each label's begin to the first alert raised; nil: none.
    let detectedAfterMinutes: [Int64?]
    let falseRaises: Int

    var description: String { file }

    static let folder = ProcessInfo.processInfo.environment["DREAMNET_SERIES"]

    static let all = [
        RecordedFailures(
            file: "ec2_request_latency_system_failure", unit: .ms,
            rule: SignalRule(
                .p95Ms, limits: [.p0: 58.96, .p1: 55.47, .p2: 52.67], recover: 51.97),
            failures: [
                ("2014-03-14 03:31", "2014-03-14 14:41"), ("2014-03-18 17:06", "2014-03-19 04:16"),
                ("2014-03-20 21:26", "2014-03-21 03:41"),
            ], detectedAfterMinutes: [nil, 315, 120], falseRaises: 0),
        RecordedFailures(
            file: "cpu_utilization_asg_misconfiguration", unit: .percent,
            rule: SignalRule(
                .usedRatio, .below, limits: [.p0: 0.2405, .p1: 0.2602, .p2: 0.2760],
                recover: 0.2800),
            failures: [("2014-07-10 12:29", "2014-07-15 17:19")],
            detectedAfterMinutes: [4465], falseRaises: 0),
        RecordedFailures(
            file: "elb_request_count_8c0756", unit: .per5Minutes,
            rule: SignalRule(
                .requestsPerSecond, limits: [.p0: 2.05, .p1: 1.583, .p2: 1.21], recover: 1.117),
            failures: [
                ("2014-04-12 09:04", "2014-04-13 01:44"), ("2014-04-22 11:14", "2014-04-23 03:54"),
            ], detectedAfterMinutes: [510, 500], falseRaises: 1),
        RecordedFailures(
            file: "rds_cpu_utilization_cc0c53", unit: .percent,
            rule: SignalRule(
                .usedRatio, limits: [.p0: 0.0979, .p1: 0.0885, .p2: 0.0810], recover: 0.0792),
            failures: [
                ("2014-02-24 22:50", "2014-02-25 15:35"), ("2014-02-26 16:30", "2014-02-27 09:10"),
            ], detectedAfterMinutes: [505, nil], falseRaises: 0),
        RecordedFailures(
            file: "ec2_cpu_utilization_5f5533", unit: .percent,
            rule: SignalRule(
                .usedRatio, limits: [.p0: 0.6664, .p1: 0.6153, .p2: 0.5743], recover: 0.5641),
            failures: [
                ("2014-02-18 16:02", "2014-02-19 08:42"), ("2014-02-24 10:17", "2014-02-25 02:57"),
            ], detectedAfterMinutes: [500, 700], falseRaises: 0),
    ]
}

/// The series are not part of the repository: DREAMNET_SERIES names the folder that has them.
@Suite(.enabled(if: RecordedFailures.folder != nil))
struct RecordedFailureTests {
    private func read(_ known: RecordedFailures) throws -> (
        series: RecordedSeries, failures: [SeriesEvaluation.Failure]
    ) {
        let folder = try #require(RecordedFailures.folder)
        let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(known.file).csv"))
        let failures = try known.failures.map {
            try #require(SeriesEvaluation.Failure(from: $0.from, to: $0.to))
        }
        return (try RecordedSeries(csv: Array(data)), failures)
    }

    @Test(arguments: RecordedFailures.all)
    func `lines are set by the days before the first failure alone`(known: RecordedFailures) throws
    {
        let (series, failures) = try read(known)
        let before = series.points.filter { $0.tsMs < failures[0].beginMs }
            .map { $0.value * known.unit.scale }.sorted()
        let median = before[before.count / 2]
        let extreme = known.rule.side == .above ? before[before.count - 1] : before[0]
        #expect(abs(known.rule.recover / extreme - 1) < 0.001)
        for (severity, share) in [(Severity.p2, 0.1), (.p1, 0.5), (.p0, 1.0)] {
            let line = extreme + share * (extreme - median)
            let limit = try #require(known.rule.limits[severity])
            #expect(abs(limit / line - 1) < 0.002)
        }
    }

    @Test(arguments: RecordedFailures.all)
    func `the profile finds what the documentation says`(known: RecordedFailures) throws {
        let (series, failures) = try read(known)
        let evaluation = try SeriesEvaluation(
            series, SeriesReplay(service: "web", unit: known.unit),
            profile: .recorded(known.file, [known.rule]), failures: failures)
        #expect(
            evaluation.detections.map { $0.afterMs.map { $0 / 60_000 } }
                == known.detectedAfterMinutes)
        #expect(evaluation.falseRaises.count == known.falseRaises)
    }
}
