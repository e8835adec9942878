import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// What a reducer remembers is in its tables: a restart between any two messages changes nothing.
struct RestartTests {
    /// A story with everything in it: two instances, a restart of one, an outage, a silence, a
    /// setting, failed readings, and a recovery. `meanwhile` is called between any two messages.
    private func play(_ harness: Harness, meanwhile: () throws -> Void) throws {
        var instances = [
            TestInstance("a", startTimeMs: noonMs - 5_000), TestInstance("b"),
        ]
        func round(_ count: Int, failing: Int = 0, latencyMs: Double = 80) throws {
            for index in instances.indices {
                instances[index].cpu = 0.3
                instances[index].serve(count, failing: failing, latencyMs: latencyMs)
                try meanwhile()
                try harness.report(instances[index])
            }
        }
        for _ in 0..<20 { try round(100) }
        for _ in 0..<6 { try round(100, failing: 40, latencyMs: 6000) }
        instances[0].restart(atMs: harness.nowMs)
        try meanwhile()
        _ = try harness.send(
            SettingPayload(
                name: .alertThreshold, service: "*", value: "lower", version: 1, author: "alice",
                commandId: "c1"), key: "*")
        for _ in 0..<12 { try round(100) }
        for _ in 0..<14 {
            for name in ["a", "b"] {
                try meanwhile()
                let failure = ScrapeFailurePayload(
                    service: "checkout", instance: name, code: "timeout", reason: "after 2 s")
                _ = try harness.send(failure, key: "checkout")
            }
            _ = try harness.advance(to: harness.nowMs + 5_000)
        }
        for _ in 0..<5 { try round(100) }
        _ = try harness.advance(to: harness.nowMs + 180_000)
    }

    @Test func `a restart between any two messages gives the same outputs`() throws {
        let policy = OSCorePolicy.test(.quick(raise: 2, clear: 3), expected: ["checkout"])
        let straight = try Harness(policy)
        try play(straight) {}
        let restarted = try Harness(policy)
        try play(restarted) { try restarted.restart() }
        #expect(straight.outputs.count > 20)
        #expect(straight.outputs == restarted.outputs)
        #expect(
            Set(straight.story).isSuperset(of: [
                "raised P0 latency", "escalated P0 errors", "cleared P0 latency",
                "raised P1 missing_data", "deescalated P3 missing_data", "cleared P3 missing_data",
            ]))
    }

    /// The tables take both for one key, so that what is at hand has to as well.
    @Test func `two spellings of an instance are one, before a restart and after it`() throws {
        func play(_ harness: Harness, meanwhile: () throws -> Void) throws {
            var composed = TestInstance("caf\u{e9}")
            var decomposed = TestInstance("cafe\u{301}")
            for _ in 0..<12 {
                composed.serve(100)
                try meanwhile()
                try harness.report(composed)
                decomposed.serve(100)
                try meanwhile()
                try harness.report(decomposed)
            }
        }
        let (straight, restarted) = (try Harness(.test()), try Harness(.test()))
        try play(straight) {}
        try play(restarted) { try restarted.restart() }
        #expect(straight.view()?.instances == 1)
        #expect(straight.outputs == restarted.outputs)
    }

    @Test func `the same inputs give the same outputs`() throws {
        let policy = OSCorePolicy.test(.quick(raise: 2, clear: 3), expected: ["checkout"])
        let harnesses = try (0..<2).map { _ in try Harness(policy) }
        for harness in harnesses { try play(harness) {} }
        #expect(harnesses[0].outputs == harnesses[1].outputs)
    }

    @Test func `what a signal adds to the changelog is small`() throws {
        let harness = try Harness(.test(.seed000))
        var checkout = TestInstance()
        for _ in 0..<100 {
            checkout.serve(1000, failing: 2, latencyMs: 120)
            checkout.cpu = 0.123456789
            try harness.report(checkout)
        }
        let key = InstanceKey("checkout", "a")
        let state = try #require(harness.reducer.instances.states[key])
        let service = try #require(harness.reducer.services["checkout"])
        #expect(state.binary().count < 120)
        #expect(service.binary().count < 120)
        #expect(harness.reducer.instances.marks.count <= MarkKey.slots)
    }

    @Test func `no bytes of the changelog cut short are a state`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        for _ in 0..<3 {
            checkout.serve(100, failing: 50)
            try harness.report(checkout)
        }
        let service = try #require(harness.reducer.services["checkout"]).binary()
        let instance = try #require(
            harness.reducer.instances.states[InstanceKey("checkout", "a")]
        ).binary()
        for count in 0..<service.count {
            #expect(throws: BinaryError.self) { try ServiceState(binary: Array(service[..<count])) }
        }
        for count in 0..<instance.count {
            #expect(throws: BinaryError.self) {
                try InstanceState(binary: Array(instance[..<count]))
            }
        }
    }
}
