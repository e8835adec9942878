import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// How signals of instances come together: resets, merges, repetitions, order.
struct IntakeTests {
    @Test func `what an instance counted before it is known does not count`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        checkout.serve(1_000_000, failing: 1_000_000)
        try harness.report(checkout)
        checkout.serve(100)
        try harness.report(checkout)
        #expect(harness.story.isEmpty)
        #expect(harness.state(.errors)?.value == 0)
    }

    @Test func `a process that started within the window counts from its start`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance(startTimeMs: noonMs - 4_000)
        checkout.serve(100, failing: 50)
        try harness.report(checkout)
        #expect(harness.story == ["raised P0 errors"])
        #expect(harness.view()?.requestsPerSecond == 20)
    }

    @Test(arguments: [nil, noonMs + 2_500])
    func `a restart of the process loses and invents no requests`(startTimeMs: Int64?) throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        checkout.serve(5_000)
        try harness.report(checkout)
        checkout.serve(90)
        try harness.report(checkout)
        checkout.restart(atMs: startTimeMs)
        checkout.serve(10, failing: 10)
        try harness.report(checkout)
        #expect(harness.state(.errors)?.value == 0.1)
    }

    @Test func `a restart shows by its start time alone`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance(startTimeMs: noonMs - 90_000)
        checkout.serve(100)
        try harness.report(checkout)
        checkout.restart(atMs: noonMs + 1_500)
        // More than before: no counter falls.
        checkout.serve(200, failing: 20)
        try harness.report(checkout)
        #expect(harness.state(.errors)?.value == 0.1)
    }

    @Test func `a restart after gauges, which ended the windows, begins anew`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance(startTimeMs: noonMs - 90_000)
        checkout.serve(100)
        try harness.report(checkout)
        let values = SignalValuesPayload(
            service: "checkout", instance: "a", latencyP95Ms: 10, errorRate: 0)
        _ = try harness.advance(to: harness.nowMs + 60_000)
        _ = try harness.send(values, key: "checkout")
        checkout.restart(atMs: harness.nowMs)
        for _ in 0..<3 {
            checkout.serve(100, failing: 10)
            try harness.report(checkout)
        }
        #expect(harness.deadLetters.isEmpty)
        #expect(harness.state(.errors)?.value == 0.1)
    }

    @Test func `a start time that jitters is no restart`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance(startTimeMs: noonMs - 90_000)
        checkout.serve(10_000)
        try harness.report(checkout)
        checkout.startTimeMs = noonMs - 89_000
        checkout.serve(10)
        try harness.report(checkout)
        #expect(harness.view()?.requestsPerSecond == 10)
    }

    @Test func `instances with the same buckets are merged`() throws {
        let harness = try Harness(.test())
        var slow = TestInstance("a")
        var fast = TestInstance("b")
        for instance in [slow, fast] { try harness.report(instance) }
        // 4 of 100 are slow: the 95th percentile is not. 6 of 100: it is.
        slow.serve(4, latencyMs: 8000)
        fast.serve(96, latencyMs: 80)
        for instance in [slow, fast] { try harness.report(instance) }
        #expect(harness.story.isEmpty)
        slow.serve(4, latencyMs: 8000)
        try harness.report(slow)
        #expect(harness.story == ["raised P0 latency"])
    }

    @Test func `instances with other buckets are judged apart, and the worse one counts`() throws {
        let harness = try Harness(.test())
        var slow = TestInstance("a")
        var fast = TestInstance("b")
        slow.bounds = [500, 5000]
        for instance in [slow, fast] { try harness.report(instance) }
        slow.serve(60, latencyMs: 9000)
        fast.serve(6000, latencyMs: 80)
        for instance in [slow, fast] { try harness.report(instance) }
        #expect(harness.story == ["raised P0 latency"])
        #expect(harness.outputs.alerts.last?.reason.contains("at least 5000 ms") == true)
    }

    @Test func `buckets that change begin anew`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        checkout.serve(1000, latencyMs: 9000)
        try harness.report(checkout)
        checkout = TestInstance()
        checkout.bounds = [50, 100]
        checkout.serve(2000, latencyMs: 80)
        try harness.report(checkout)
        checkout.serve(100, latencyMs: 80)
        try harness.report(checkout)
        #expect(harness.story.isEmpty)
        #expect(harness.state(.latency)?.state == "ok")
    }

    @Test func `an instance and a moment are taken once`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(100, failing: 50)
        let at = harness.nowMs
        for id in ["x1", "x1", "x2"] {
            _ = try harness.send(checkout.signal, key: "checkout", id: id, at: at + 1000)
        }
        #expect(harness.story == ["raised P0 errors"])
        #expect(harness.reducer.ignoredSignals("checkout") == (0, 2))
    }

    @Test func `signals out of order or older than the window are counted and ignored`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(100)
        try harness.report(checkout)
        let before = harness.outputs.count
        var failing = checkout
        failing.serve(100, failing: 100)
        // The same instance, a moment ago; another one, older than the window.
        _ = try harness.send(failing.signal, key: "checkout", at: harness.nowMs - 500)
        failing.instance = "b"
        _ = try harness.send(failing.signal, key: "checkout", at: harness.nowMs - 10_000)
        #expect(harness.outputs.count == before)
        #expect(harness.reducer.ignoredSignals("checkout") == (2, 0))
        #expect(harness.deadLetters.isEmpty)
    }

    @Test func `how far ahead a signal may be is policy`() throws {
        var policy = OSCorePolicy.test()
        policy.futureToleranceMs = 5_000
        let harness = try Harness(policy)
        let checkout = TestInstance()
        _ = try harness.send(checkout.signal, key: "checkout", at: harness.nowMs + 5_000)
        #expect(harness.deadLetters.isEmpty)
        _ = try harness.send(checkout.signal, key: "checkout", at: harness.nowMs + 5_001)
        #expect(harness.deadLetters.map(\.code) == [.fromTheFuture])
        policy.futureToleranceMs = -1
        #expect(throws: PolicyFault.self) { try policy.validate() }
    }

    @Test func `a signal from the future is refused and moves no time`() throws {
        let harness = try Harness(.test())
        let checkout = TestInstance()
        _ = try harness.send(checkout.signal, key: "checkout", at: harness.nowMs + 30_001)
        #expect(harness.deadLetters.map(\.code) == [.fromTheFuture])
        _ = try harness.send(checkout.signal, key: "checkout", at: harness.nowMs + 30_000)
        #expect(harness.deadLetters.count == 1)
        #expect(harness.view()?.evidenceTs == noonMs + 30_000)
    }

    @Test func `what happened while nobody looked does not happen now`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(1000, failing: 900)
        try harness.report(checkout, after: 3600)
        #expect(harness.story.isEmpty)
        checkout.serve(100)
        try harness.report(checkout)
        #expect(harness.state(.errors)?.state == "ok")
    }

    @Test func `the window slides: what is older no longer counts`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        try harness.report(checkout)
        checkout.serve(100, failing: 100)
        try harness.report(checkout)
        var cleared: [Int] = []
        for second in 1...14 {
            checkout.serve(100)
            let said = try harness.report(checkout)
            if said.contains(where: { $0.type == "alert_cleared" }) { cleared.append(second) }
        }
        #expect(cleared == [10])
    }

    @Test func `between two judgements passes as much event time as the profile says`() throws {
        var profile = SeverityProfile.quick()
        profile.evaluateEveryMs = 5_000
        let harness = try Harness(.test(profile))
        var checkout = TestInstance()
        checkout.cpu = 0.5
        try harness.report(checkout)
        var said: [Int] = []
        for second in 1...6 {
            checkout.cpu = 1
            if !(try harness.report(checkout)).isEmpty { said.append(second) }
        }
        #expect(said == [5])
    }

    @Test func `computed gauges are judged without a count of requests`() throws {
        let harness = try Harness(.test())
        for errorRate in [0.0, 0.2] {
            let signal = SignalValuesPayload(
                service: "checkout", instance: "probe", latencyP95Ms: 120, errorRate: errorRate)
            _ = try harness.advance(to: harness.nowMs + 20_000)
            _ = try harness.send(signal, key: "checkout")
        }
        #expect(harness.story == ["raised P0 errors"])
        #expect(harness.state(.latency)?.value == 120)
    }

    @Test func `an instance too many makes the longest silent one go`() throws {
        var policy = OSCorePolicy.test()
        policy.instancesMax = 3
        let harness = try Harness(policy)
        for index in 0..<10 { try harness.report(TestInstance("i\(index)")) }
        #expect(harness.reducer.instances.names(of: "checkout") == ["i7", "i8", "i9"])
        #expect(harness.reducer.instances.states.count == 3)
    }

    @Test func `a service too many is refused`() throws {
        var policy = OSCorePolicy.test()
        policy.servicesMax = 2
        let harness = try Harness(policy)
        for name in ["a", "b", "c", "a"] {
            try harness.report(TestInstance("i", service: name))
        }
        #expect(harness.deadLetters.isEmpty)
        // It is tried again for a while: room may come.
        _ = try harness.advance(to: harness.nowMs + 120_000)
        #expect(harness.deadLetters.map(\.code) == [.refused])
    }

    @Test func `a service for which there is room a little later is watched`() throws {
        var policy = OSCorePolicy.test()
        policy.servicesMax = 1
        policy.forgetAfterMs = 60_000
        let harness = try Harness(policy)
        try harness.report(TestInstance("i", service: "a"))
        _ = try harness.advance(to: harness.nowMs + 50_000)
        try harness.report(TestInstance("i", service: "b"))
        #expect(harness.reducer.node("b") == nil)
        _ = try harness.advance(to: harness.nowMs + 30_000)
        #expect(harness.reducer.node("b") != nil)
        #expect(harness.deadLetters.isEmpty)
    }
}
