import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// What people are shown.
struct ViewTests {
    @Test func `a change of state shows at once, figures once a second`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        checkout.cpu = 0.5
        try harness.report(checkout)
        let before = harness.outputs.views.count
        var atMs = harness.nowMs
        for step in 0..<20 {
            atMs += 100
            _ = try harness.advance(to: atMs)
            checkout.serve(10)
            checkout.cpu = 0.5 + Double(step) / 1000
            _ = try harness.send(checkout.signal, key: "checkout")
        }
        _ = try harness.advance(to: atMs + 5_000)
        let shown = harness.outputs.views.count - before
        // Latency and errors become known (one change), then one a second, then the last figures.
        #expect((3...5).contains(shown))
        #expect(harness.view()?.evidenceTs == atMs)
        let count = harness.outputs.views.count
        checkout.cpu = 1
        _ = try harness.advance(to: harness.nowMs + 20_000)
        _ = try harness.send(checkout.signal, key: "checkout")
        _ = try harness.advance(to: harness.nowMs + 10)
        _ = try harness.send(checkout.signal, key: "checkout")
        #expect(harness.outputs.views.count == count + 1)
        #expect(harness.view()?.alerts.map(\.severity) == [.p0])
    }

    @Test func `the view holds the signals against their lines`() throws {
        let harness = try Harness(.test())
        var checkout = TestInstance()
        checkout.cpu = 0.5
        try harness.report(checkout)
        checkout.serve(100, failing: 6, latencyMs: 200)
        try harness.report(checkout)
        let view = try #require(harness.view())
        #expect(view.profile == "quick")
        #expect(view.windowMs == 10_000)
        #expect(view.instances == 1)
        #expect(view.requestsPerSecond == 100)
        let errors = try #require(view.signals.first { $0.signal == .errors })
        #expect(errors.value == 0.06)
        #expect(errors.state == "P1")
        #expect(errors.thresholds == ["P0": 0.10, "P1": 0.05, "P2": 0.01])
        #expect(errors.recover == 0.01)
        #expect(
            view.signals.map(\.signal) == GoldenSignal.allCases.filter { $0 != .deadLetters })
        #expect(view.signals.first { $0.signal == .traffic }?.state == "insufficient")
        #expect(view.signals.first { $0.signal == .saturation }?.state == "ok")
    }

    @Test func `every setting shows the version that the task runs`() throws {
        let harness = try Harness(.test())
        func set(_ name: SettingName, _ service: String, _ value: String, _ version: Int64)
            throws -> SettingView?
        {
            try harness.send(
                SettingPayload(
                    name: name, service: service, value: value, version: version,
                    author: "alice", commandId: "c\(version)"), key: service
            ).first?.payload(as: SettingView.self)
        }
        #expect(try set(.monitor, "*", "increase", 1)?.values == ["monitor/*": "increase"])
        #expect(harness.reducer.isMonitorIncreased("checkout"))
        #expect(try set(.automation, "checkout", "paused", 2)?.version == 2)
        // An older one, said again, changes nothing.
        #expect(try set(.monitor, "*", "normal", 0)?.values == ["monitor/*": "increase"])
        #expect(try set(.monitor, "*", "normal", 3)?.values == [:])
        #expect(!harness.reducer.isMonitorIncreased("checkout"))
        #expect(try set(.monitor, "*", "lower", 4) == nil)
        #expect(harness.deadLetters.map(\.code) == [.schema])
    }
}
