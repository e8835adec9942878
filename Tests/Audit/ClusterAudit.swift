internal import AuditKit
internal import Contracts
internal import StreamsKafka
internal import TestKit

/// Three replicated brokers: services killed side by side, and the broker that leads the busiest
/// partition killed again and again.
struct ClusterAudit: Sendable {
    private let options: AuditOptions
    private let log: AuditLog

    init(_ options: AuditOptions, _ log: AuditLog) {
        self.options = options
        self.log = log
    }

    func run() async throws -> PartResult {
        guard let script = options.variable("KAFKA_CLUSTER") else {
            return .skipped(.cluster, "KAFKA_CLUSTER not set")
        }
        log.say("starting three brokers")
        let cluster = try await KafkaCluster.start(
            script, folder: "\(options.folder)/cluster", port: try FreePort.cluster())
        do {
            let loaded = LoadedStack(
                stack: try Stack(
                    bootstrapServers: cluster.bootstrapServers, profile: "production",
                    services: LoadedStack.servicesFile),
                log: log, perSecond: LoadCounts(commands: 10, ingress: 20, signals: 120),
                seed: options.seed, stallMsMax: 120_000)
            let result = try await loaded.run { follower in
                try await blows(loaded.stack, cluster, follower)
            }
            await cluster.stop()
            return result
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private func blows(
        _ stack: Stack, _ cluster: KafkaCluster, _ follower: BusFollower
    ) async throws {
        try await ServiceBlows.deal(
            stack, log, seed: options.seed, kills: options.size.clusterKills
        ) { try await killLeaders(stack, cluster, follower) }
    }

    private func killLeaders(
        _ stack: Stack, _ cluster: KafkaCluster, _ follower: BusFollower
    ) async throws {
        let admin = try KafkaAdmin(stack.kafka) { _ in }
        var random = SeededRandom(seed: options.seed &+ 40)
        var before = follower.look { $0.ends }
        for _ in 0..<options.size.leaderKills {
            try await Task.sleep(
                for: .milliseconds(Int.random(in: 1_000...4_000, using: &random)))
            let ends = follower.look { $0.ends }
            let (topic, partition) = Self.busiest(before, ends)
            before = ends
            guard let leader = try await leader(admin, topic, partition) else { continue }
            try await cluster.kill(leader)
            log.count("SIGKILL of leading brokers", "\(topic)[\(partition)] of \(leader)")
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...4_000, using: &random)))
            try await cluster.resume(leader)
            // Two out of three gone at once would stop the writers, as they have to.
            try await eventually("all copies are up to date", within: .seconds(120)) {
                let topics = try? await offPool { try admin.metadata().topics }
                return topics?.allSatisfy { topic in
                    topic.partitions.allSatisfy { $0.inSync.count == 3 }
                } ?? false
            }
        }
    }

    private func leader(
        _ admin: KafkaAdmin, _ topic: String, _ partition: Int32
    ) async throws -> Int32? {
        var found: Int32?
        try await eventually("\(topic)[\(partition)] has a leader", within: .seconds(60)) {
            let topics = try? await offPool { try admin.metadata().topics }
            found =
                topics?.first { $0.name == topic }?.partitions
                .first { $0.id == partition && $0.leader > 0 }?.leader
            return found != nil
        }
        return found
    }

    /// Where most was written.
    private static func busiest(
        _ before: [String: [Int32: Int64]], _ after: [String: [Int32: Int64]]
    ) -> (String, Int32) {
        var best = (topic: BusTopic.signal.rawValue, partition: Int32(0), count: Int64(-1))
        for (topic, ends) in after {
            for (partition, end) in ends {
                let count = end - (before[topic]?[partition] ?? 0)
                if count > best.count { best = (topic, partition, count) }
            }
        }
        return (best.topic, best.partition)
    }
}
