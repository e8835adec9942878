import Contracts
import JSON
import Streams
import Testing

@testable import OSCoreDomain

/// Whatever comes, it is taken or refused with a reason.
struct HostileSignalTests {
    private static let head = #""id":"s1","ts":1700568000000,"role":"service","topic":"signal""#

    private static func message(_ payload: String) -> String {
        "{\(head),\"payload\":{\(payload)}}"
    }

    private static let instance = #""type":"golden_signals","service":"checkout","instance":"a""#

    @Test(
        arguments: [
            ("", .malformed), ("{}", .malformed), ("[]", .malformed), ("\u{0}", .malformed),
            ("{\(head)}", .malformed), ("{\(head),\"payload\":[]}", .malformed),
            (#"{"id":"","ts":1,"role":"service","topic":"signal","payload":{}}"#, .malformed),
            (#"{"id":"x","ts":-1,"role":"service","topic":"signal","payload":{}}"#, .malformed),
            (#"{"id":"x","ts":9e99,"role":"service","topic":"signal","payload":{}}"#, .malformed),
            (#"{"id":"x","ts":1,"role":"god","topic":"signal","payload":{}}"#, .malformed),
            (#"{"id":"x","ts":1,"role":"service","topic":"alert","payload":{}}"#, .malformed),
            (message(""), .schema), (message(#""type":"golden_signals""#), .schema),
            (message(#""type":"x","service":"checkout","instance":"a""#), .unknownType),
            (message(#""type":"golden_signals","service":"UPPER","instance":"a""#), .schema),
            (message(#""type":"golden_signals","service":"checkout","instance":"""#), .schema),
            (
                message(#""type":"golden_signals","service":"checkout","instance":"a\u0000b""#),
                .schema
            ),
            (message(instance + #","requestsTotal":-1"#), .schema),
            (message(instance + #","requestsTotal":"12""#), .schema),
            (message(instance + #","requestsTotal":1e300"#), .schema),
            (message(instance + #","cpu":1.5"#), .schema),
            (message(instance + #","startTimeMs":1.5"#), .schema),
            (message(instance + #","latencyBoundsMs":[1,2]"#), .schema),
            (message(instance + #","latencyCounts":[1]"#), .schema),
            (message(instance + #","latencyBoundsMs":[],"latencyCounts":[1]"#), .schema),
            (message(instance + #","latencyBoundsMs":[2,1],"latencyCounts":[1,2,3]"#), .schema),
            (message(instance + #","latencyBoundsMs":[1,2],"latencyCounts":[3,2,1]"#), .schema),
            (message(instance + #","latencyBoundsMs":[1,"x"],"latencyCounts":[3,3,3]"#), .schema),
            (message(instance + #","latencyBoundsMs":[[1],2],"latencyCounts":[3,3,3]"#), .schema),
            (
                message(
                    instance + ",\"latencyBoundsMs\":["
                        + (0..<99).map(String.init).joined(separator: ",")
                        + "],\"latencyCounts\":[1]"), .schema
            ),
            (message(#""type":"scrape_failed","service":"checkout","instance":"a""#), .schema),
        ] as [(String, Rejection.Code)])
    func `what is no signal is refused with a reason`(text: String, code: Rejection.Code) throws {
        let harness = try Harness(.test())
        _ = try harness.send(text: text, to: .signal, key: "checkout")
        #expect(harness.deadLetters.map(\.code) == [code])
        #expect(harness.deadLetters.first?.message.isEmpty == false)
        #expect(harness.outputs.isEmpty)
    }

    @Test func `a tombstone, and a key that is not the service, are refused`() throws {
        let harness = try Harness(.test())
        _ = try harness.send(key: Array("checkout".utf8), value: nil, to: "nervous.signal")
        _ = try harness.send(TestInstance().signal, key: "payments")
        #expect(harness.deadLetters.map(\.code) == [.malformed, .schema])
    }

    @Test func `two megabytes of instance are refused`() throws {
        let harness = try Harness(.test())
        let name = String(repeating: "x", count: 2_000_000)
        _ = try harness.send(TestInstance(name).signal, key: "checkout")
        #expect(harness.deadLetters.map(\.code) == [.schema])
    }

    @Test func `the fast decoder reads what the envelope and the payloads read`() throws {
        var checkout = TestInstance(startTimeMs: noonMs)
        checkout.serve(12, failing: 3)
        checkout.cpu = 0.25
        let values = SignalValuesPayload(
            service: "checkout", instance: "b", latencyP95Ms: 12.5, errorRate: 0, cpu: 1)
        let failure = ScrapeFailurePayload(
            service: "checkout", instance: "c", code: "timeout", reason: "after 2 s")
        let counters = try Envelope(id: "1", ts: noonMs, role: .service, checkout.signal)
        let gauges = try Envelope(id: "2", ts: noonMs, role: .agent, values)
        let failed = try Envelope(id: "3", ts: noonMs, role: .system, failure)
        #expect(try read(counters).id == "1")
        #expect(try read(counters).counters == checkout.signal)
        #expect(try read(gauges).values == values)
        #expect(try read(failed).failure == failure)
    }

    @Test func `no bytes of a message cut short or changed stop the decoder`() throws {
        var checkout = TestInstance()
        checkout.serve(5)
        let bytes = try Envelope(id: "1", ts: noonMs, role: .service, checkout.signal).serialized()
        let decoder = SignalDecoder()
        for count in 0..<bytes.count {
            #expect(throws: Rejection.self) {
                try decode(Array(bytes[..<count]), decoder)
            }
        }
        for index in bytes.indices {
            for value in [0, 0x22, 0x2d, 0x39, 0x5d, 0x7d, 0xff] as [UInt8] {
                var changed = bytes
                changed[index] = value
                _ = try? decode(changed, decoder)
            }
        }
    }

    /// A message as the fast decoder reads it, put into the types of the bus.
    private struct Read {
        var id = ""
        var counters: SignalPayload?
        var values: SignalValuesPayload?
        var failure: ScrapeFailurePayload?
    }

    private func decode(_ bytes: [UInt8], _ decoder: SignalDecoder) throws -> SignalReading {
        try unsafe decoder.decode(bytes.span.bytes)
    }

    private func read(_ envelope: Envelope) throws -> Read {
        let reading = try decode(envelope.serialized(), SignalDecoder())
        let service = String(decoding: reading.service, as: UTF8.self)
        let instance = String(decoding: reading.instance, as: UTF8.self)
        #expect(reading.tsMs == envelope.ts)
        var read = Read(id: String(decoding: reading.id, as: UTF8.self))
        switch reading.kind {
        case .counters:
            let hasHistogram = !reading.boundsMs.isEmpty
            read.counters = SignalPayload(
                service: service, instance: instance,
                requestsTotal: reading.counters.requestsTotal,
                errorsTotal: reading.counters.errorsTotal,
                refusedByFlagTotal: reading.counters.refusedByFlagTotal,
                latencyBoundsMs: hasHistogram ? reading.boundsMs : nil,
                latencyCounts: hasHistogram ? reading.latencyCounts : nil, cpu: reading.cpu,
                memory: reading.memory, startTimeMs: reading.counters.startTimeMs)
        case .values:
            read.values = SignalValuesPayload(
                service: service, instance: instance, latencyP95Ms: reading.values.latencyP95Ms,
                errorRate: reading.values.errorRate,
                requestsPerSecond: reading.values.requestsPerSecond, cpu: reading.cpu,
                memory: reading.memory)
        case .failure:
            read.failure = ScrapeFailurePayload(
                service: service, instance: instance, code: reading.failure.code,
                reason: reading.failure.reason)
        }
        return read
    }
}
