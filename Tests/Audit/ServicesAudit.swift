internal import AuditKit
internal import TestKit

/// One broker: services killed side by side, the broker restarted, instances that come and go,
/// instances that were paused and do not know that others have taken over.
struct ServicesAudit: Sendable {
    private let options: AuditOptions
    private let log: AuditLog

    init(_ options: AuditOptions, _ log: AuditLog) {
        self.options = options
        self.log = log
    }

    func run() async throws -> PartResult {
        log.say("starting Apache Kafka")
        let broker = try await TestBroker.start(kind: .kafka, keepsData: true)
        do {
            let loaded = LoadedStack(
                stack: try Stack(broker, services: LoadedStack.servicesFile), log: log,
                perSecond: LoadCounts(commands: 20, ingress: 40, signals: 240),
                seed: options.seed, stallMsMax: 120_000)
            let size = options.size
            let result = try await loaded.run { follower in
                try await ServiceBlows.deal(
                    loaded.stack, log, seed: options.seed, kills: size.kills,
                    rebalances: size.rebalances, pauses: size.pauses
                ) { try await restartBroker(broker, follower) }
            }
            try await broker.kill()
            return result
        } catch {
            try? await broker.kill()
            throw error
        }
    }

    /// Every other time by SIGKILL. Between two restarts there has to be an outcome.
    private func restartBroker(_ broker: TestBroker, _ follower: BusFollower) async throws {
        var random = SeededRandom(seed: options.seed &+ 20)
        for number in 0..<options.size.brokerRestarts {
            let ms = Int.random(in: 8_000...16_000, using: &random)
            try await Task.sleep(for: .milliseconds(ms))
            if number.isMultiple(of: 2) {
                try await broker.kill()
                log.count("SIGKILL of the broker")
            } else {
                log.count("restarts of the broker")
            }
            try await broker.restart()
            let before = follower.look { $0.finalCount }
            try await eventually(
                "an outcome after the broker's restart", within: .seconds(150),
                every: .milliseconds(100)
            ) { follower.look { $0.finalCount } > before }
        }
    }
}
