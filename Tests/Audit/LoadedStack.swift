internal import AuditKit
internal import Contracts
internal import Runtime
internal import TestKit

/// The stack under steady load, blows against it, and the audit at the end.
struct LoadedStack: Sendable {
    let stack: Stack
    let log: AuditLog
    let perSecond: LoadCounts
    let seed: UInt64
    /// The longest time without an outcome that is allowed, ms.
    let stallMsMax: Int64

    /// How long each flaky service fails, ms.
    static let episodeMs: Int64 = 15_000

    /// config/services.yaml for an hour of episodes.
    static var servicesFile: String { LoadNames.servicesFile(flaky: 240) }

    /// Runs `blows` under load with all services ready, then audits.
    func run(
        _ blows: @escaping @Sendable (BusFollower) async throws -> Void
    ) async throws -> PartResult {
        log.say("starting the services")
        return try await stack.run { stack in
            let follower = try BusFollower(stack.kafka)
            let load = SteadyLoad(
                stack.kafka, perSecond: perSecond, seed: seed, episodeMs: Self.episodeMs)
            let watch = Task { try await progress(load, follower) }
            defer {
                load.cancel()
                watch.cancel()
            }
            // A stall is one of what has begun.
            try await eventually("the first outcome", within: .seconds(120)) {
                if let error = follower.error { throw error }
                return follower.look { $0.finalCount } > 0
            }
            follower.beginStalls()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await blows(follower) }
                group.addTask { try await load.awaitFailure() }
                defer { group.cancelAll() }
                try await group.next()
            }
            // What the last blow did is to be seen as well.
            try await Task.sleep(for: .seconds(3))
            follower.endStalls()
            let stall = follower.longestStall
            let sent = try await load.finish()
            log.say("working off what is left")
            let supervisor = Supervisor(stack, log)
            try await supervisor.awaitAllReady(within: .seconds(120))
            try await WorkedOff.wait(stack, follower, within: .seconds(180))
            let audit = try await follower.finish()
            let left = try await Backlog(stack.kafka).behind(audit.ends)
            return result(audit, sent, stall, left)
        }
    }

    private func result(
        _ audit: TopicAudit, _ sent: LoadCounts, _ stall: StallMeter.Stall?,
        _ left: [String: Int64]
    ) -> PartResult {
        var result = PartResult(name: log.part.rawValue)
        result.injected = log.injected
        result.taken = sent.total
        result.given =
            audit.finalCount + audit.routed.values.reduce(0, +) + audit.deadCount
        result.breaches = audit.breaches(sent: sent)
        result.endings = log.endings
        result.stallMs = stall?.ms
        result.stallMsMax = stallMsMax
        result.failures = left.isEmpty ? [] : ["not worked off: \(left)"]
        // The audit would be worth little had the load not reached what it audits.
        let runbooks = audit.orders.values.count { $0.request.runbook != nil }
        if runbooks == 0 { result.failures.append("no runbook asked for anything") }
        if audit.deadCount == 0 { result.failures.append("nothing was dead-lettered") }
        if let stall {
            log.say(
                "longest stall \(AuditReport.seconds(stall.ms)) s from \(log.seconds(stall.startMs))"
                    + " s on: \(log.causes(of: stall).joined(separator: ", "))")
        }
        log.say(
            "sent \(sent.commands) commands, \(sent.ingress) by the ingress, \(sent.signals) "
                + "signals; \(audit.finalCount) outcomes, \(runbooks) requests of runbooks, "
                + "\(audit.deadCount) dead letters")
        return result
    }

    private func progress(_ load: SteadyLoad, _ follower: BusFollower) async throws {
        while true {
            try await Task.sleep(for: .seconds(10))
            let done = log.injected.map { "\($0.count) \($0.what)" }.joined(separator: ", ")
            let outcomes = follower.look { $0.finalCount }
            let stall = follower.longestStall.map { AuditReport.seconds($0.ms) } ?? "0.0"
            log.say(
                "\(done); in \(load.sent.total), outcomes \(outcomes), longest stall \(stall) s")
        }
    }
}
