import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// Traffic against what is normal.
struct TrafficTests {
    private func feed(
        _ harness: Harness, _ checkout: inout TestInstance, minutes: Int, perSecond: Int,
        everySeconds: Int64 = 5
    ) throws {
        for _ in 0..<minutes * 60 / Int(everySeconds) {
            checkout.serve(perSecond * Int(everySeconds))
            try harness.report(checkout, after: everySeconds)
        }
    }

    @Test(
        arguments: [
            (95, nil), (85, "P2 traffic"), (70, "P1 traffic"), (40, "P0 traffic"),
            (0, "P0 traffic"),
        ] as [(Int, String?)])
    func `a drop is measured against the median of the last hour`(
        percent: Int, said: String?
    ) throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try feed(harness, &checkout, minutes: 30, perSecond: 100)
        try feed(harness, &checkout, minutes: 1, perSecond: percent)
        #expect(harness.story.last.map { String($0.drop { $0 != "P" }) } == said)
        #expect(harness.story.filter { $0.hasPrefix("raised") }.count == (said == nil ? 0 : 1))
    }

    @Test func `before ten minutes are known, and under the floor, drops are not judged`() throws {
        for (minutes, perSecond) in [(8, 100), (30, 0)] {
            let harness = try Harness(.test())
            var checkout = TestInstance()
            try feed(harness, &checkout, minutes: minutes, perSecond: perSecond)
            try feed(harness, &checkout, minutes: 1, perSecond: 0)
            #expect(harness.story.isEmpty)
            #expect(harness.state(.traffic)?.state == "insufficient")
        }
    }

    @Test func `an outage does not become what is normal`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try feed(harness, &checkout, minutes: 30, perSecond: 100)
        try feed(harness, &checkout, minutes: 150, perSecond: 10, everySeconds: 10)
        #expect(harness.story.last?.hasSuffix("P0 traffic") == true)
        try feed(harness, &checkout, minutes: 1, perSecond: 100)
        #expect(harness.story.last?.hasPrefix("cleared") == true)
    }

    @Test func `a change that lasts becomes what is normal`() throws {
        var profile = SeverityProfile.quick()
        profile.baselineFreezeMaxMs = 3_600_000
        let harness = try Harness(.test(profile))
        var checkout = TestInstance()
        try feed(harness, &checkout, minutes: 30, perSecond: 100)
        try feed(harness, &checkout, minutes: 60 + 70, perSecond: 50, everySeconds: 10)
        #expect(harness.story.last?.hasPrefix("cleared") == true)
    }

    @Test func `the same hour on other days counts before the last hour`() {
        let baselines = Baselines()
        let firstMinute = noonMs / 60_000
        // Noon is busy, the rest of the day is not.
        for minute in firstMinute..<firstMinute + 1440 {
            let isNoon = minute - firstMinute < 60
            baselines.learn("checkout", .traffic, minute: minute, mean: isNoon ? 100 : 20)
        }
        func normal(afterHours hours: Int64) -> Double? {
            baselines.normal(
                "checkout", .traffic, tsMs: noonMs + hours * 3_600_000, minutesMin: 10)
        }
        #expect(normal(afterHours: 24) == 100)
        #expect(normal(afterHours: 23) == 20)
        #expect(baselines.normal("other", .traffic, tsMs: noonMs, minutesMin: 1) == nil)
    }

    @Test func `what is remembered of normal traffic is bounded`() {
        let baselines = Baselines()
        for minute in 0..<Int64(30 * 1440) {
            baselines.learn("checkout", .traffic, minute: minute, mean: 1)
        }
        #expect(baselines.table.count == 25)
        for key in baselines.table.sortedKeys() {
            let count = baselines.table[key]?.points.count ?? 0
            #expect(count <= (key.row == BaselineKey.minutes ? 60 : 7))
        }
    }

    @Test func `instances read at different moments are not a drop`() throws {
        let harness = try Harness(.test())
        var instances = ["a", "b", "c"].map { TestInstance($0) }
        for round in 0..<600 {
            let index = round % 3
            instances[index].serve(300)
            try harness.report(instances[index], after: 1)
        }
        #expect(harness.story.isEmpty)
        #expect(harness.view()?.instances == 3)
        #expect(harness.view()?.requestsPerSecond == 300)
    }

    @Test func `an instance that goes away takes its traffic with it`() throws {
        let harness = try Harness(.test())
        var instances = ["a", "b"].map { TestInstance($0) }
        for _ in 0..<1200 {
            for index in instances.indices {
                instances[index].serve(50)
                try harness.report(instances[index], after: index == 0 ? 1 : 0)
            }
        }
        #expect(harness.view()?.requestsPerSecond == 100)
        for _ in 0..<20 {
            instances[0].serve(50)
            try harness.report(instances[0])
        }
        #expect(harness.story == ["raised P1 traffic"])
        #expect(harness.view()?.requestsPerSecond == 50)
    }
}
