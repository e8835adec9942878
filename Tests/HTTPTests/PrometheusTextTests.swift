import HTTP
import Testing

@Suite struct `Prometheus text` {
    private static func parse(_ text: String) throws -> PrometheusText.Exposition {
        try PrometheusText.parse(Array(text.utf8))
    }

    @Test func `reads counters, gauges and histograms`() throws {
        let exposition = try Self.parse(
            """
            # HELP http_requests_total Requests, "answered" \\ all.
            # TYPE http_requests_total counter
            http_requests_total{status="200",} 1027 1395066363000
            http_requests_total{ status = "503" , path="a\\"b\\\\c\\nd" } 3

            # TYPE latency_seconds histogram
            latency_seconds_bucket{le="0.5"} 2
            latency_seconds_bucket{le="+Inf"} +Inf
            latency_seconds_sum 1.5e-3
            \tcpu_ratio   NaN
            # EOF
            #
            temperature -12.5 -1\r
            """)
        #expect(
            exposition.types == ["http_requests_total": .counter, "latency_seconds": .histogram])
        let requests = exposition.samples(named: "http_requests_total")
        #expect(requests.map(\.value) == [1027, 3])
        #expect(requests[0].timestampMs == 1_395_066_363_000)
        #expect(requests[1].label("path") == "a\"b\\c\nd")
        #expect(exposition.samples(named: "latency_seconds_bucket").last?.value == .infinity)
        #expect(exposition.samples(named: "latency_seconds_sum").first?.value == 0.0015)
        #expect(exposition.samples(named: "cpu_ratio").first?.value.isNaN == true)
        let last = PrometheusText.Sample(name: "temperature", value: -12.5, timestampMs: -1)
        #expect(exposition.samples.last == last)
    }

    @Test(arguments: [
        ("a 1\nb{", PrometheusTextError.Code.syntax, 2),
        ("a", .syntax, 1), ("a x", .syntax, 1), ("a 1 x", .syntax, 1), ("a 1 2 3", .syntax, 1),
        ("a 1 99999999999999999999", .syntax, 1), ("1a 1", .syntax, 1), ("{a=\"b\"} 1", .syntax, 1),
        ("a{b} 1", .syntax, 1), ("a{b=c} 1", .syntax, 1), ("a{b=\"c} 1", .syntax, 1),
        ("a{b=\"\\x\"} 1", .syntax, 1), ("a{b=\"\\", .syntax, 1), ("a{b:c=\"d\"} 1", .syntax, 1),
        ("a{b=\"c\" d=\"e\"} 1", .syntax, 1), ("a{,} 1", .syntax, 1), ("a{b=\"c\"}", .syntax, 1),
        ("a{b=\"c\",b=\"d\"} 1", .duplicate, 1), ("\n\n\0", .syntax, 3),
        ("# TYPE a wrong", .syntax, 1), ("# TYPE", .syntax, 1), ("# TYPE a gauge x", .syntax, 1),
        ("# TYPE a gauge\n# TYPE a gauge", .duplicate, 2), ("a 1 # {b=\"c\"} 1", .syntax, 1),
        ("<html><body>not found</body></html>", .syntax, 1), ("{\"json\": true}", .syntax, 1),
    ])
    func `says what is wrong, and in which line`(
        text: String, code: PrometheusTextError.Code, line: Int
    ) {
        let error = #expect(throws: PrometheusTextError.self) { try Self.parse(text) }
        #expect(error?.code == code)
        #expect(error?.line == line)
        #expect(error?.description.hasPrefix("line \(line): ") == true)
    }

    @Test func `refuses a label that is not UTF-8`() {
        let bytes = Array("a{b=\"".utf8) + [0xFF, 0xC0] + Array("\"} 1".utf8)
        let error = #expect(throws: PrometheusTextError.self) { try PrometheusText.parse(bytes) }
        #expect(error?.code == .invalidUTF8)
    }

    @Test(arguments: [
        String(repeating: "a 1\n", count: 11), String(repeating: "#\n", count: 600),
        "a{\(String(repeating: "b", count: 300))=\"\"} 1", "a{b=\"\",c=\"\",d=\"\"} 1",
    ])
    func `keeps its limits`(text: String) {
        var limits = PrometheusText.Limits()
        limits.maxBytes = 1000
        limits.maxLineBytes = 200
        limits.maxSamples = 10
        limits.maxLabels = 2
        let error = #expect(throws: PrometheusTextError.self) {
            try PrometheusText.parse(Array(text.utf8), limits: limits)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func `never traps on random bytes`() throws {
        var generator = SplitMix(state: 7)
        let alphabet = Array("ab{}=\"\\,#\n 1.eE+-NaInfTYPE counter\t\r\0\u{FF}".utf8)
        var refused = 0
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0..<60, using: &generator)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
            }
            do throws(PrometheusTextError) {
                _ = try PrometheusText.parse(bytes)
            } catch {
                refused += 1
                #expect(error.line > 0)
            }
        }
        #expect(refused > 1000)
    }

    @Test func `reads what it has written`() throws {
        var writer = PrometheusTextWriter()
        writer.describe("requests_total", .counter, help: "All\nof \\ them.")
        writer.describe("requests_total", .counter, help: "Once only.")
        writer.sample("requests_total", labels: [.init("path", "a\"\\\nä")], value: 12)
        writer.describe("9wrong-name", .gauge, help: "")
        writer.sample("9wrong-name", labels: [.init("a:b", "")], value: -0.25, timestampMs: 5)
        writer.describe("seconds", .histogram, help: "Time.")
        writer.histogram("seconds", upperBounds: [0.5, 1], counts: [2, 3, 1], sum: 4.5)
        for value in [Double.nan, .infinity, -.infinity, 1e300, 1e-300, 9_007_199_254_740_992] {
            writer.sample("value", value: value)
        }
        let exposition = try Self.parse(writer.text)
        #expect(
            exposition.types == [
                "requests_total": .counter, "_wrong_name": .gauge, "seconds": .histogram,
            ])
        #expect(exposition.samples[0].label("path") == "a\"\\\nä")
        #expect(
            exposition.samples[1]
                == PrometheusText.Sample(
                    name: "_wrong_name", labels: [.init("a_b", "")], value: -0.25, timestampMs: 5))
        let buckets = exposition.samples(named: "seconds_bucket")
        #expect(buckets.map(\.value) == [2, 5, 6])
        #expect(buckets.compactMap { $0.label("le") } == ["0.5", "1", "+Inf"])
        #expect(exposition.samples(named: "seconds_count").first?.value == 6)
        let values = exposition.samples(named: "value").map(\.value)
        #expect(values[0].isNaN)
        #expect(values[1...] == [.infinity, -.infinity, 1e300, 1e-300, 9_007_199_254_740_992])
    }
}

/// Random numbers that are the same in each run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
