internal import CommandLineKit
internal import Contracts
internal import HTTP
internal import JSON
internal import Runtime

/// The outage: checkout's dependency becomes slow and failing, DreamNet contains it, the
/// dependency is healed, everything is undone. Each promise is checked as it is shown.
struct OutageScenario {
    private let stage: DemoStage

    init(_ stage: DemoStage) { self.stage = stage }

    func run() async throws -> ExitCode {
        let shop = try await DemoShop.open(stage)
        let bus = try BusFollower(stage.kafka)
        defer { bus.stop() }
        stage.say("load: 60 requests a second on checkout, 20 on search; waiting for a full window")
        try await stage.wait("the golden signals did not become healthy", within: 30_000) {
            isHealthy(bus.service("checkout")) && isHealthy(bus.service("search"))
        }
        let timeline = Timeline(console: stage.console, zeroMs: SystemClock.monotonicMs())
        if let view = bus.service("checkout") { timeline.signals(view, "checkout, healthy") }
        _ = bus.news()
        try shop.breakPayments()
        timeline.line(
            "the demo", "payments is made slow (6 s) and failing (60 %)",
            at: SystemClock.monotonicMs(), .bad)
        try await contain(shop, bus, timeline)
        try await recover(shop, bus, timeline)
        return try report(shop, bus, timeline)
    }

    private func isHealthy(_ view: ServiceView?) -> Bool {
        guard let view else { return false }
        return view.signals.contains { $0.signal == .latency && $0.state == "ok" }
            && view.signals.contains { $0.signal == .errors && $0.state == "ok" }
    }

    /// From the break until every flag of the runbook is set.
    private func contain(
        _ shop: DemoShop, _ bus: BusFollower, _ timeline: Timeline
    ) async throws {
        try await follow(bus, timeline, "the outage was not contained", within: 40_000) {
            flagsOfRunbook(bus).allSatisfy { $0 }
        }
        if let view = bus.service("checkout") { timeline.signals(view, "checkout, broken") }
        try await awaitQuiet(shop, bus, timeline)
        timeline.line(
            "checkout", "obeys: no more calls of payments, orders are kept for later",
            at: SystemClock.monotonicMs(), .good)
        guard bus.flagsSet(on: "search").isEmpty else {
            throw CommandFailure("search lost flags although it is healthy")
        }
        timeline.line(
            "search", "keeps all of its flags", at: SystemClock.monotonicMs(), .good)
        try shop.healPayments()
        timeline.line(
            "the demo", "payments is healed", at: SystemClock.monotonicMs(), .good)
    }

    /// Waits until payments was not called for a second although orders keep coming: calls that
    /// were under way when the flags came have ended, and no new one begins.
    private func awaitQuiet(
        _ shop: DemoShop, _ bus: BusFollower, _ timeline: Timeline
    ) async throws {
        var calls = shop.paymentsCalls()
        var sinceMs = SystemClock.monotonicMs()
        try await follow(bus, timeline, "checkout went on calling payments", within: 15_000) {
            let now = shop.paymentsCalls()
            if now != calls || now < 0 {
                calls = now
                sinceMs = SystemClock.monotonicMs()
            }
            return SystemClock.monotonicMs() - sinceMs >= 1_000
        }
    }

    /// From the healing until the incident is resolved and every flag is back.
    private func recover(
        _ shop: DemoShop, _ bus: BusFollower, _ timeline: Timeline
    ) async throws {
        var shown = false
        try await follow(bus, timeline, "the incident was not resolved", within: 60_000) {
            let state = bus.incident(of: "checkout")?.incident.state
            if state == .recovering, !shown, let view = bus.service("checkout") {
                shown = true
                timeline.signals(view, "checkout, recovered behind its flags")
            }
            return state == .resolved
        }
        guard bus.flagsSet(on: "checkout").isEmpty else {
            throw CommandFailure(
                "flags are left over: "
                    + bus.flagsSet(on: "checkout").map(\.flag).joined(separator: ", "))
        }
        let types = bus.history().map(\.envelope.type)
        guard
            types.filter({ $0 == "monitor_increased" }).count
                == types.filter({ $0 == "monitor_restored" }).count
        else { throw CommandFailure("MONITOR was not set back") }
        let before = shop.paymentsCalls()
        try await stage.wait("checkout does not call payments again", within: 10_000) {
            shop.paymentsCalls() > before
        }
        timeline.line(
            "checkout", "calls payments again", at: SystemClock.monotonicMs(), .good)
        if let view = bus.service("checkout") { timeline.signals(view, "checkout, afterwards") }
    }

    private func flagsOfRunbook(_ bus: BusFollower) -> [Bool] {
        let wanted: [(String, Bool)] = [
            ("safe_mode", true), ("tool_use", false), ("external_calls", false),
            ("write_drain", true),
        ]
        return wanted.map { bus.flag($0.0, service: "checkout")?.value == .bool($0.1) }
    }

    /// Shows what comes until `condition` holds.
    private func follow(
        _ bus: BusFollower, _ timeline: Timeline, _ failure: String, within limitMs: Int64,
        _ condition: () -> Bool
    ) async throws {
        do {
            try await stage.wait(failure, within: limitMs) {
                for seen in bus.news() { timeline.line(seen) }
                return condition()
            }
        } catch {
            for seen in bus.news() { timeline.line(seen) }
            throw error
        }
    }

    private func report(
        _ shop: DemoShop, _ bus: BusFollower, _ timeline: Timeline
    ) throws -> ExitCode {
        guard let view = bus.incident(of: "checkout") else {
            throw CommandFailure("the incident has no view")
        }
        let console = stage.console
        console.line("")
        console.line(console.style("Incident \(view.incident.incidentId)", .bold))
        for entry in view.timeline {
            console.line("  \(UTCTime.timeOfDay(unixMs: entry.ts))  \(entry.text.sanitized)")
        }
        let times = DemoTimes(bus.history(), brokenMs: timeline.zeroMs)
        console.line("")
        var table = TextTable([.fixed("MEASURED FROM THE BREAK"), .fixed("TIME", .right)])
        for (name, ms) in times.rows {
            table.add(.init(name), .init(ms.map { "\(HumanText.count(Int($0))) ms" } ?? "-"))
        }
        console.line(table.text(for: console))
        guard times.isComplete else { throw CommandFailure("a moment of the outage is missing") }
        console.line(
            console.style("The outage was detected, contained, and is over.", .good))
        return .success
    }
}
