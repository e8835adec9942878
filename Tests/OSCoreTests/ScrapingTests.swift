import Contracts
import Testing

@testable import OSCoreDomain

/// From what a target exports to a signal, and what can be seen in it.
struct ScrapingTests {
    private static func buckets(_ counts: [(String, Double)]) -> [MetricSample] {
        counts.map {
            MetricSample(
                "http_request_duration_seconds_bucket", labels: ["le": $0.0], value: $0.1)
        }
    }

    private static let requests = MetricSample(
        "http_requests_total", labels: ["status": "200"], value: 90)

    @Test func `a target's metrics become a signal`() throws {
        let samples =
            [
                Self.requests,
                MetricSample("http_requests_total", labels: ["status": "404"], value: 5),
                MetricSample("http_requests_total", labels: ["status": "503"], value: 3),
                MetricSample("http_requests_total", labels: ["status": "500"], value: 2),
                MetricSample("requests_refused_by_flag_total", labels: ["flag": "a"], value: 4),
                MetricSample("requests_refused_by_flag_total", labels: ["flag": "b"], value: 3),
                MetricSample("process_cpu_ratio", value: 1.004),
                MetricSample("process_memory_ratio", value: 0.25),
                MetricSample("process_start_time_seconds", value: 1_700_568_000.25),
            ] + Self.buckets([("0.5", 80), ("+Inf", 100), ("0.005", 10)])
        let signal = try PrometheusSignals().signal(
            service: "checkout", instance: "a", samples: samples)
        #expect(
            signal
                == SignalPayload(
                    service: "checkout", instance: "a", requestsTotal: 100, errorsTotal: 5,
                    refusedByFlagTotal: 7, latencyBoundsMs: [5, 500], latencyCounts: [10, 80, 100],
                    cpu: 1, memory: 0.25, startTimeMs: 1_700_568_000_250))
    }

    @Test func `a counter that has not counted yet is 0 if it is declared`() throws {
        let signal = try PrometheusSignals().signal(
            service: "checkout", instance: "a", samples: [], declared: ["http_requests_total"])
        #expect(signal.requestsTotal == 0)
        #expect(signal.errorsTotal == 0)
        #expect(signal.latencyBoundsMs == nil)
    }

    @Test func `metrics may have other names`() throws {
        let names = MetricNames(requests: "hits", statusLabel: "code")
        let signal = try PrometheusSignals(names: names).signal(
            service: "checkout", instance: "a",
            samples: [MetricSample("hits", labels: ["code": "5xx"], value: 3)])
        #expect(signal.errorsTotal == 3)
    }

    @Test func `errors may have a counter of their own, latency another unit`() throws {
        let names = MetricNames(
            errors: "failed_total", latency: "took", latencyUnit: .milliseconds)
        let samples = [
            MetricSample("http_requests_total", labels: ["status": "500"], value: 10),
            MetricSample("took_bucket", labels: ["le": "250"], value: 1),
            MetricSample("took_bucket", labels: ["le": "+Inf"], value: 2),
        ]
        let signals = PrometheusSignals(names: names)
        let signal = try signals.signal(
            service: "checkout", instance: "a", samples: samples, declared: ["failed_total"])
        #expect(signal.errorsTotal == 0)
        #expect(signal.latencyBoundsMs == [250])
        #expect(throws: SignalFailure.self) {
            try signals.signal(service: "checkout", instance: "a", samples: samples)
        }
    }

    @Test(
        arguments: [
            ([], .noMetric), ([MetricSample("other", value: 1)], .noMetric),
            ([MetricSample("http_requests_total", value: -1)], .notPrometheus),
            ([MetricSample("http_requests_total", value: .nan)], .notPrometheus),
            ([MetricSample("http_requests_total", value: .infinity)], .notPrometheus),
            ([requests] + buckets([("0.5", 1)]), .notPrometheus),
            ([requests] + buckets([("+Inf", 1)]), .notPrometheus),
            ([requests] + buckets([("x", 1), ("+Inf", 1)]), .notPrometheus),
            ([requests] + buckets([("nan", 1), ("+Inf", 1)]), .notPrometheus),
            ([requests] + buckets([("-1", 1), ("+Inf", 1)]), .notPrometheus),
            ([requests] + buckets([("0.5", 2), ("+Inf", 1)]), .notPrometheus),
            ([requests] + buckets([("0.5", 2), ("+Inf", 3), ("0.5", 2)]), .notPrometheus),
            ([requests] + buckets([("1e-12", 2), ("2e-12", 2), ("+Inf", 3)]), .notPrometheus),
            ([requests] + buckets((1...99).map { ("\($0)", 1) }), .tooLarge),
        ] as [([MetricSample], SignalFailure.Code)])
    func `what is no signal is a failure with a code`(
        samples: [MetricSample], code: SignalFailure.Code
    ) {
        let failure = #expect(throws: SignalFailure.self) {
            try PrometheusSignals().signal(service: "checkout", instance: "a", samples: samples)
        }
        #expect(failure?.code == code)
        #expect(failure?.reason.isEmpty == false)
    }

    @Test func `a line without a bucket near it cannot be shown`() {
        // The default buckets of Prometheus' clients, ms.
        let bounds: [Double] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]
        let rule = SeverityProfile.seed000.rules[0]
        let findings = SignalCheck.latency(rule, bounds)
        #expect(findings.map(\.severity) == [.p0, .p1, .p2, nil])
        #expect(findings.map(\.isFine) == [true, false, true, true])
        #expect(
            findings[1].text
                == "the P1 line of 2 s has no bucket near (the nearest is 2.5 s): add one at 2 s")
        #expect(SignalCheck.latency(rule, bounds + [60_000])[0].isFine)
        let short = SignalCheck.latency(rule, [500, 1000, 1900])
        #expect(short.map(\.isFine) == [false, false, true, true])
        #expect(short[0].text.contains("past the last bucket (1.9 s)"))
        #expect(SignalCheck.latency(rule, nil).map(\.isFine) == [false])
    }

    @Test func `what a profile judges and a target does not report is said`() {
        let signal = SignalPayload(service: "checkout", instance: "a", requestsTotal: 1)
        let findings = SignalCheck.findings(signal, .seed000)
        #expect(findings.map(\.signal) == [.latency, .errors, .traffic, .saturation])
        #expect(findings.map(\.isFine) == [false, false, true, false])
    }
}
