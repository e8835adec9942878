import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// Missing data, failed readings, and what is forgotten: by the wall clock.
struct SilenceTests {
    private func failure(_ instance: String = "a") -> ScrapeFailurePayload {
        ScrapeFailurePayload(
            service: "checkout", instance: instance, code: "unreachable",
            reason: "connection refused")
    }

    @Test func `an expected service that falls silent is missing data, until it speaks`() throws {
        let harness = try Harness(.test(expected: ["checkout"]))
        let checkout = TestInstance()
        for _ in 0..<30 { try harness.report(checkout) }
        let lastMs = harness.nowMs
        _ = try harness.advance(to: lastMs + 59_999)
        #expect(harness.story.isEmpty)
        let alert = try #require(try harness.advance(to: lastMs + 60_000).alerts.first)
        #expect(alert.type == "alert_raised")
        #expect(alert.signal == .missingData)
        #expect(alert.severity == .p1)
        #expect(alert.evidenceTs == lastMs + 60_000)
        #expect(alert.reason == "no usable signal for 60 s")
        #expect(harness.state(.missingData)?.state == "P1")
        _ = try harness.advance(to: lastMs + 600_000)
        #expect(harness.story.count == 1)
        try harness.report(checkout)
        #expect(harness.story == ["raised P1 missing_data", "cleared P1 missing_data"])
    }

    @Test func `an expected service that was never heard of is missing data`() throws {
        let harness = try Harness(.test(expected: ["checkout"]))
        _ = try harness.advance(to: noonMs + 60_000)
        #expect(harness.story == ["raised P1 missing_data"])
    }

    @Test func `a service that nobody expects may fall silent`() throws {
        let harness = try Harness(.test())
        try harness.report(TestInstance())
        _ = try harness.advance(to: noonMs + 3_600_000)
        #expect(harness.story.isEmpty)
    }

    @Test func `a service expected elsewhere is not this task's to miss`() throws {
        let policy = OSCorePolicy.test(expected: ["checkout", "payments", "search", "cart"])
        var missed: [String] = []
        for partition in 0..<4 {
            let harness = try Harness(partition: Int32(partition), at: noonMs) {
                OSCoreReducer(policy: policy)
            }
            _ = try harness.advance(to: noonMs + 60_000)
            missed += harness.outputs.alerts.map(\.service)
        }
        #expect(missed.sorted() == ["cart", "checkout", "payments", "search"])
    }

    @Test func `targets that cannot be read are missing data, with the reason`() throws {
        let harness = try Harness(.test())
        for _ in 0..<13 {
            _ = try harness.send(failure(), key: "checkout")
            _ = try harness.advance(to: harness.nowMs + 5_000)
        }
        let alert = try #require(harness.outputs.alerts.first)
        #expect(alert.signal == .missingData)
        #expect(alert.reason == "no usable signal for 60 s: unreachable, connection refused")
        try harness.report(TestInstance())
        #expect(harness.story.last == "cleared P1 missing_data")
    }

    @Test func `one instance of several that cannot be read is milder`() throws {
        let harness = try Harness(.test(expected: ["checkout"]))
        for _ in 0..<13 {
            _ = try harness.send(failure("b"), key: "checkout")
            try harness.report(TestInstance("a"), after: 5)
        }
        #expect(harness.story == ["raised P3 missing_data"])
        try harness.report(TestInstance("b"))
        #expect(harness.story.last == "cleared P3 missing_data")
    }

    @Test func `after an outage of its own nobody is called silent before a fresh wait`() throws {
        let harness = try Harness(.test(expected: ["checkout"]))
        try harness.report(TestInstance())
        let lastMs = harness.nowMs
        try harness.restart()
        _ = try harness.advance(to: lastMs + 3_600_000, jump: true)
        #expect(harness.story.isEmpty)
        _ = try harness.advance(to: lastMs + 3_600_000 + 59_999)
        #expect(harness.story.isEmpty)
        _ = try harness.advance(to: lastMs + 3_600_000 + 60_000)
        #expect(harness.story == ["raised P1 missing_data"])
    }

    @Test func `a backlog that is read late raises alerts that say how old they are`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        let eventMs = harness.nowMs
        _ = try harness.advance(to: eventMs + 3_600_000, jump: true)
        checkout.serve(100, failing: 100)
        _ = try harness.send(checkout.signal, key: "checkout", at: eventMs + 1000)
        #expect(harness.outputs.alerts.map(\.evidenceTs) == [eventMs + 1000])
    }

    @Test func `a service that nobody expects is forgotten, and its alerts end`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(100, failing: 100)
        try harness.report(checkout)
        let said = try harness.advance(to: noonMs + 3 * 86_400_000)
        #expect(harness.story == ["raised P0 errors", "cleared P0 errors"])
        #expect(said.last?.key == "service/checkout")
        #expect(said.last?.value == nil)
        for table in harness.reducer.tables { table.forEachEntry { _, _ in Issue.record() } }
    }
}
