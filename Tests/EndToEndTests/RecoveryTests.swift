import AuditKit
import Contracts
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `Killed, it recovers` {
        @Test(.timeLimit(.minutes(10)))
        func `Nothing is lost and nothing is done twice, whatever is killed`() async throws {
            let size = RecoverySize.current
            let seed = RecoverySize.seed
            print("recovery: seed \(seed) (DREAMNET_SEED), \(size)")
            let begun = ContinuousClock.now
            let broker = try await TestBroker.shared()
            try await Stack.with(broker, services: LoadNames.servicesFile) { stack in
                let follower = try BusFollower(stack.kafka)
                async let sending = Self.send(size, seed: seed, stack)
                let kills = try await Self.kill(size, seed: seed, stack)
                let sent = try await sending
                let sentAfter = ContinuousClock.now - begun
                try await stack.awaitReady()
                try await WorkedOff.wait(stack, follower, within: .seconds(240))
                let audit = try await follower.finish()
                Self.report(audit, kills: kills, sentAfter: sentAfter, ContinuousClock.now - begun)
                Self.judge(audit, sent: sent)
                // The follower may have been behind when all seemed to be worked off.
                #expect(try await Backlog(stack.kafka).behind(audit.ends).isEmpty)
            }
        }

        // MARK: The load

        private static func send(
            _ size: RecoverySize, seed: UInt64, _ stack: Stack
        ) async throws -> LoadCounts {
            var load = try LoadGenerator(stack.kafka, seed: seed)
            defer { load.close() }
            let all = LoadCounts(
                commands: size.commands, ingress: size.ingress,
                signals: size.signals - size.ingress)
            let ticks = size.seconds * 10
            let begun = ContinuousClock.now
            for tick in 0..<ticks {
                load.post(all.share(tick, of: ticks))
                try await Task.sleep(until: begun + .milliseconds(100 * (tick + 1)))
            }
            try await load.finish()
            return load.sent
        }

        // MARK: The kills

        /// Kills each service as often as `size` says, in random order: every other time as soon as
        /// it is at work again, else wherever its start has come to.
        private static func kill(
            _ size: RecoverySize, seed: UInt64, _ stack: Stack
        ) async throws -> [Service: Int] {
            var random = SeededRandom(seed: seed &+ 2)
            var kills: [Service: Int] = [:]
            for _ in 0..<size.kills {
                for service in Service.allCases.shuffled(using: &random) {
                    if Bool.random(using: &random) {
                        try await stack.process(service).awaitReady()
                    }
                    let pauseMs = Int.random(in: 0...600, using: &random)
                    try await Task.sleep(for: .milliseconds(pauseMs))
                    try await stack.restart(service, by: size.signal)
                    kills[service, default: 0] += 1
                }
            }
            return kills
        }

        // MARK: The end

        private static func judge(_ audit: TopicAudit, sent: LoadCounts) {
            #expect(audit.breaches(sent: sent).prefix(20).isEmpty)
            // The audit would be worth little had the load not reached what it audits.
            for service in LoadNames.failing { #expect(audit.incidents[service]?.isEmpty == false) }
            #expect(audit.orders.values.contains { $0.request.runbook != nil })
            #expect(audit.flags.values.contains { !$0.holders.isEmpty })
            #expect(audit.expectedCount(.ingress) { $0 == .duplicate } > 0)
            #expect(audit.deadCount > 0)
        }

        private static func report(
            _ audit: TopicAudit, kills: [Service: Int], sentAfter: Duration, _ total: Duration
        ) {
            func count(_ topic: BusTopic) -> Int { audit.counts[topic.rawValue] ?? 0 }
            let routed = audit.routed.values.reduce(0, +)
            let byCode = Dictionary(grouping: audit.dead.values.flatMap { $0 }) { $0 }
                .mapValues(\.count).sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            let statuses = Dictionary(grouping: audit.finals.values.flatMap { $0 }) { $0.status }
                .map { "\($0.key.rawValue) \($0.value.count)" }.sorted().joined(separator: ", ")
            let killed = Service.allCases.map { "\($0.rawValue) \(kills[$0] ?? 0)" }
            print(
                """
                recovery: sent \(count(.command)) commands, \(count(.ingress)) by the ingress, \
                \(count(.signal)) signals on nervous.signal
                recovery: ended and started again \(kills.values.reduce(0, +)): \(killed.joined(separator: ", "))
                recovery: final outcomes \(audit.finals.count): \(statuses)
                recovery: passed on by the ingress, and asked by runbooks, \(routed); duplicates \
                \(audit.expectedCount(.ingress) { $0 == .duplicate }) of the ingress, \
                \(audit.expectedCount(.command) { $0 == .duplicate }) commands
                recovery: dead letters \(audit.deadCount): \(byCode)
                recovery: services with incidents \(audit.incidents.count), requests of runbooks \
                \(audit.orders.values.count { $0.request.runbook != nil }), flags \(audit.flags.count)
                recovery: sent and killed after \(sentAfter), audited after \(total)
                """)
        }
    }
}
