internal import AuditKit

/// Hot standby: how long the outcomes stay away after the instance at work was killed, killed and
/// started again, or told to leave.
struct StandbyAudit: Sendable {
    private let options: AuditOptions
    private let log: AuditLog

    init(_ options: AuditOptions, _ log: AuditLog) {
        self.options = options
        self.log = log
    }

    func run() async throws -> PartResult {
        log.say("starting Apache Kafka behind a trap, and two instances of control-core")
        let (gaps, breaches, orders, outcomes) = try await StandbyDrill.with { drill in
            try await [kills(drill), restarts(drill), drains(drill)].flatMap { $0 }
        }
        var result = PartResult(name: log.part.rawValue)
        result.injected = log.injected
        result.taken = orders
        result.given = outcomes
        result.breaches = breaches
        result.gaps = gaps
        return result
    }

    private func kills(_ drill: StandbyDrill) async throws -> [GapFigures] {
        var random = SeededRandom(seed: options.seed &+ 50)
        var figures: [KillMoment: GapFigures] = [:]
        var all = GapFigures("killed, the other takes over: all", bound: StandbyBounds.takeOverMs)
        let moments = KillMoment.allCases
        for number in 0..<options.size.standbyKills {
            let moment = moments[number % moments.count]
            let delayMs = Int.random(in: 0...300, using: &random)
            let ms = try await drill.kill(moment, after: .milliseconds(delayMs))
            log.count("SIGKILL of the active, \(moment.rawValue)")
            log.say("killed \(moment.rawValue): the other goes on after \(ms) ms")
            all.add(ms)
            figures[
                moment,
                default: GapFigures(
                    "killed \(moment.rawValue)", bound: StandbyBounds.takeOverMs)
            ].add(ms)
        }
        return [all] + moments.compactMap { figures[$0] }
    }

    private func restarts(_ drill: StandbyDrill) async throws -> [GapFigures] {
        var random = SeededRandom(seed: options.seed &+ 51)
        var figures = GapFigures(
            "killed and started again, less its restore", bound: StandbyBounds.restartMs)
        for _ in 0..<options.size.standbyRestarts {
            let delayMs = Int.random(in: 0...300, using: &random)
            let (gapMs, restoreMs) = try await drill.restart(after: .milliseconds(delayMs))
            log.count("SIGKILL and restarts")
            log.say("started again: goes on after \(gapMs) ms, \(restoreMs) ms of it restore")
            figures.add(gapMs - restoreMs)
        }
        return [figures]
    }

    private func drains(_ drill: StandbyDrill) async throws -> [GapFigures] {
        var figures = GapFigures("drained, the other takes over", bound: StandbyBounds.drainMs)
        for _ in 0..<options.size.drains {
            let ms = try await drill.drain()
            log.count("drains")
            log.say("drained: the other goes on after \(ms) ms")
            figures.add(ms)
        }
        return [figures]
    }
}
