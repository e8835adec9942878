import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// Raising, escalating, de-escalating and clearing, by windows.
struct JudgingTests {
    @Test(
        arguments: [
            // failing of 100, latency ms, what is said
            (0, 80, []), (1, 80, []), (2, 80, ["raised P2 errors"]),
            (6, 80, ["raised P1 errors"]), (11, 80, ["raised P0 errors"]),
            (0, 1500, ["raised P2 latency"]), (0, 3000, ["raised P1 latency"]),
            (0, 8000, ["raised P0 latency"]), (0, 60_000, ["raised P0 latency"]),
            (100, 8000, ["raised P0 latency", "raised P0 errors"]),
        ] as [(Int, Double, [String])])
    func `the lines of seed 000 give its severities`(
        failing: Int, latencyMs: Double, said: [String]
    ) throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(100, failing: failing, latencyMs: latencyMs)
        try harness.report(checkout)
        #expect(harness.story == said)
    }

    @Test(
        arguments: [
            (0.75, []), (0.76, ["raised P2 saturation"]), (0.86, ["raised P1 saturation"]),
            (0.96, ["raised P0 saturation"]),
        ] as [(Double, [String])])
    func `the worse of CPU and memory of any instance is the saturation`(
        used: Double, said: [String]
    ) throws {
        for (cpu, memory) in [(used, 0.1), (0.1, used)] {
            let harness = try Harness(.test())
            var busy = TestInstance("a")
            var idle = TestInstance("b")
            (busy.cpu, busy.memory) = (cpu, memory)
            (idle.cpu, idle.memory) = (0.2, 0.2)
            try harness.report(idle)
            try harness.report(busy)
            #expect(harness.story == said)
        }
    }

    @Test func `an alert says what was measured, against which line, when`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(200, failing: 50)
        let alert = try #require(try harness.report(checkout).first)
        #expect(alert.type == "alert_raised")
        #expect(alert.service == "checkout")
        #expect(alert.value == 0.25)
        #expect(alert.threshold == 0.10)
        #expect(alert.unit == "ratio")
        #expect(alert.windowMs == 10_000)
        #expect(alert.evidenceTs == harness.nowMs)
        #expect(alert.raisedTs == harness.nowMs)
        #expect(alert.profile == "quick")
        #expect(alert.reason == "error rate 25% is over the P0 line of 10% (10 s window)")
    }

    @Test func `an alert has one id from raised to cleared, and is said once each`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        for _ in 0..<5 {
            checkout.serve(100, failing: 3)
            try harness.report(checkout)
        }
        for _ in 0..<5 {
            checkout.serve(100, failing: 30)
            try harness.report(checkout)
        }
        for _ in 0..<30 {
            checkout.serve(100)
            try harness.report(checkout)
        }
        #expect(
            harness.story == [
                "raised P2 errors", "escalated P1 errors", "escalated P0 errors",
                "deescalated P1 errors", "deescalated P2 errors", "cleared P2 errors",
            ])
        #expect(Set(harness.outputs.alerts.map(\.alertId)).count == 1)
        #expect(Set(harness.outputs.alerts.map(\.raisedTs)).count == 1)
    }

    @Test func `as many windows in a row raise and clear as the profile says`() throws {
        let harness = try Harness(.test(.quick(raise: 3, clear: 2)))
        var checkout = TestInstance()
        checkout.cpu = 0.1
        let levels: [Double] = [0.99, 0.99, 0.1, 0.99, 0.99, 0.99, 0.1, 0.99, 0.1, 0.1]
        var said: [Int] = []
        // Each value a window of its own: the next report comes after the window.
        for (index, level) in levels.enumerated() {
            checkout.cpu = level
            if !(try harness.report(checkout, after: 20)).isEmpty { said.append(index) }
        }
        #expect(harness.story == ["raised P0 saturation", "cleared P0 saturation"])
        #expect(said == [5, 9])
    }

    @Test func `under its line and not yet recovered, an alert stays on`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        for level in [0.80, 0.73, 0.73, 0.73] {
            checkout.cpu = level
            try harness.report(checkout, after: 20)
        }
        #expect(harness.story == ["raised P2 saturation"])
        checkout.cpu = 0.69
        try harness.report(checkout, after: 20)
        #expect(harness.story == ["raised P2 saturation", "cleared P2 saturation"])
    }

    @Test func `latency recovers under 500 ms, not under its P2 line`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        for latencyMs in [3000.0, 900, 900] {
            checkout.serve(100, latencyMs: latencyMs)
            try harness.report(checkout, after: 20)
        }
        #expect(harness.story == ["raised P1 latency", "deescalated P2 latency"])
        checkout.serve(100, latencyMs: 200)
        try harness.report(checkout, after: 20)
        #expect(harness.story.last == "cleared P2 latency")
    }

    @Test(arguments: [(49, []), (50, ["raised P0 errors"])] as [(Int, [String])])
    func `fewer requests than minRequests say nothing`(count: Int, said: [String]) throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(count, failing: count)
        try harness.report(checkout)
        #expect(harness.story == said)
        #expect(harness.state(.errors)?.state == (said.isEmpty ? "insufficient" : "P0"))
    }

    @Test func `too few requests neither clear an alert nor keep it for ever`() throws {
        var profile = SeverityProfile.quick()
        profile.quietClearMs = 60_000
        let harness = try Harness(.test(profile))
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(100, failing: 50)
        try harness.report(checkout)
        for _ in 0..<50 { try harness.report(checkout) }
        #expect(harness.story == ["raised P0 errors"])
        for _ in 0..<30 { try harness.report(checkout) }
        #expect(harness.story == ["raised P0 errors", "cleared P0 errors"])
    }

    @Test func `requests refused by a flag are neither errors nor lost traffic`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        for _ in 0..<20 * 60 {
            checkout.serve(100)
            try harness.report(checkout)
        }
        // A kill switch: all that people send is refused.
        for _ in 0..<120 {
            checkout.refuse(100)
            try harness.report(checkout)
        }
        #expect(harness.story.isEmpty)
        #expect(harness.view()?.requestsPerSecond == 0)
        #expect(harness.view()?.refusedPerSecond == 100)
    }

    @Test func `lower thresholds are four fifths of the lines`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        checkout.cpu = 0.65
        try harness.report(checkout)
        #expect(harness.story.isEmpty)
        let lower = SettingPayload(
            name: .alertThreshold, service: "checkout", value: "lower", version: 3,
            author: "alice", commandId: "c1")
        let said = try harness.send(lower, key: "checkout")
        let view = try #require(said.first?.payload(as: SettingView.self))
        #expect(said.first?.key == "settings/os-core/0")
        #expect(view.version == 3)
        #expect(view.values == ["alert_threshold/checkout": "lower"])
        try harness.report(checkout, after: 20)
        #expect(harness.story == ["raised P2 saturation"])
        #expect(harness.outputs.alerts.last?.threshold == 0.75 * 0.8)
    }

    @Test func `a latency relative to what is normal is judged once it is known`() throws {
        let rules = [SignalRule(.p95TimesNormal, limits: [.p1: 5])]
        let harness = try Harness(.test(.quick(rules: rules)))
        var checkout = TestInstance()
        try harness.report(checkout)
        for second in 0..<15 * 60 {
            checkout.serve(100, latencyMs: 90)
            try harness.report(checkout)
            if second == 60 { #expect(harness.state(.latency)?.state == "insufficient") }
        }
        #expect(harness.state(.latency)?.state == "ok")
        for _ in 0..<12 {
            checkout.serve(100, latencyMs: 900)
            try harness.report(checkout)
        }
        #expect(harness.story == ["raised P1 latency"])
        // 95 ms is normal: all requests lie in the bucket up to 100 ms.
        #expect(harness.outputs.alerts.last?.threshold == 475)
    }

    @Test func `a rule may be about too little`() throws {
        let rules = [SignalRule(.usedRatio, .below, limits: [.p0: 0.05, .p2: 0.20])]
        let harness = try Harness(.test(.quick(rules: rules)))
        var checkout = TestInstance()
        for level in [0.5, 0.19, 0.04, 0.5] {
            checkout.cpu = level
            try harness.report(checkout, after: 20)
        }
        #expect(
            harness.story == [
                "raised P2 saturation", "escalated P0 saturation", "cleared P0 saturation",
            ])
    }
}
