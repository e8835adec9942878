import Contracts
import OSCoreDomain
import Streams
import Testing

/// The queues of dead letters, watched as services are.
@Suite struct DeadLetterSignalTests {
    private static let service = "dlq-signal"

    private func policy() -> OSCorePolicy {
        var policy = OSCorePolicy.test()
        let rules = [
            SignalRule(.deadLetters, limits: [.p1: 1_000, .p2: 100], recover: 50),
            SignalRule(.deadLettersPerMinute, limits: [.p1: 600, .p2: 60], recover: 30),
        ]
        policy.profiles["letters"] = SeverityProfile(
            name: "letters", rules: rules, windowMs: 10_000, evaluateEveryMs: 0, raiseWindows: 2,
            clearWindows: 2, missingDataAfterMs: nil, missingInstanceSeverity: nil)
        policy.deadLetterProfile = "letters"
        policy.profiles["slowed"] = SeverityProfile(
            name: "slowed", rules: [SignalRule(.slowedTasks, limits: [.p1: 0.1], recover: 0.1)],
            windowMs: 10_000, evaluateEveryMs: 0, raiseWindows: 1, clearWindows: 2,
            missingDataAfterMs: nil, missingInstanceSeverity: nil)
        policy.slowedInputProfile = "slowed"
        return policy
    }

    /// Says the figures of the queue every five seconds.
    private func say(
        _ harness: Harness, depth: Double, perMinute: Double = 0, times: Int = 3
    ) throws {
        for _ in 0..<times {
            _ = try harness.advance(to: harness.nowMs + 5_000)
            _ = try harness.send(
                SignalValuesPayload(
                    service: Self.service, instance: "nervous.signal.dlq", deadLetters: depth,
                    deadLettersPerMinute: perMinute), key: Self.service)
        }
    }

    private func alerts(_ harness: Harness) -> [String] {
        harness.outputs.alerts.map {
            "\($0.type) \($0.service) \($0.signal.rawValue) \($0.severity.rawValue)"
        }
    }

    @Test func `a queue that grows is alerted, escalated, and cleared once it is replayed`() throws
    {
        let harness = try Harness(policy())
        try say(harness, depth: 90)
        #expect(alerts(harness).isEmpty)
        try say(harness, depth: 400)
        try say(harness, depth: 4_000)
        try say(harness, depth: 0, times: 8)
        #expect(
            alerts(harness) == [
                "alert_raised dlq-signal dead_letters P2",
                "alert_escalated dlq-signal dead_letters P1",
                "alert_cleared dlq-signal dead_letters P1",
            ])
        let texts = harness.outputs.alerts.map(\.reason)
        #expect(texts[0].contains("dead letters") && texts[0].contains("P2 line of 100"))
    }

    @Test func `letters that come fast are alerted however few wait`() throws {
        let harness = try Harness(policy())
        try say(harness, depth: 10, perMinute: 90)
        #expect(alerts(harness) == ["alert_raised dlq-signal dead_letters P2"])
        #expect(harness.outputs.alerts[0].unit == "letters/min")
    }

    @Test func `a queue that nobody counts any more is no missing data`() throws {
        let harness = try Harness(policy())
        try say(harness, depth: 1)
        _ = try harness.advance(to: harness.nowMs + 600_000)
        #expect(alerts(harness).isEmpty)
    }

    @Test func `a service that is no queue goes by its own profile`() throws {
        let policy = policy()
        #expect(policy.profile(of: "dlq-signal").name == "letters")
        #expect(policy.profile(of: "dlq-nothing").name == policy.defaultProfile)
        #expect(policy.profile(of: "checkout").name == policy.defaultProfile)
    }

    @Test func `what a task has remembered of a queue is there after a restart`() throws {
        let harness = try Harness(policy())
        try say(harness, depth: 4_000)
        #expect(alerts(harness).count == 1)
        try harness.restart()
        try say(harness, depth: 4_000)
        #expect(alerts(harness).count == 1)
        try say(harness, depth: 0, times: 8)
        #expect(alerts(harness).last?.hasPrefix("alert_cleared") == true)
    }

    /// Says every five seconds how many tasks read the signals slowly.
    private func say(_ harness: Harness, slowed: Double, times: Int) throws {
        for _ in 0..<times {
            _ = try harness.advance(to: harness.nowMs + 5_000)
            _ = try harness.send(
                SignalValuesPayload(
                    service: "slow-signal", instance: "nervous.signal", slowedTasks: slowed),
                key: "slow-signal")
        }
    }

    @Test func `an input that is slowed is one alert, at once, and cleared when that ends`() throws
    {
        let harness = try Harness(policy())
        try say(harness, slowed: 1, times: 1)
        #expect(alerts(harness) == ["alert_raised slow-signal dead_letters P1"])
        #expect(
            harness.outputs.alerts[0].reason == "tasks that are slowed by dead letters 1 is over "
                + "the P1 line of 0.1 (10 s window)")
        #expect(harness.outputs.alerts[0].unit == "tasks")
        try say(harness, slowed: 2, times: 5)
        try harness.restart()
        try say(harness, slowed: 1, times: 5)
        #expect(alerts(harness).count == 1)
        try say(harness, slowed: 0, times: 8)
        #expect(alerts(harness).last == "alert_cleared slow-signal dead_letters P1")
        try say(harness, slowed: 1, times: 1)
        #expect(alerts(harness).count == 3, "a further one is a further alert, at once")
        #expect(alerts(harness).last?.hasPrefix("alert_raised") == true)
    }
}
