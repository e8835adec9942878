internal import AuditKit
internal import Contracts
internal import TestKit

/// One broker behind a bad network. The load and the audit have a way of their own to it.
struct NetworkAudit: Sendable {
    /// How long the first outcome after a fault may take.
    private static let goesOnWithin: Duration = .seconds(45)

    private let options: AuditOptions
    private let log: AuditLog

    init(_ options: AuditOptions, _ log: AuditLog) {
        self.options = options
        self.log = log
    }

    func run() async throws -> PartResult {
        guard let program = options.variable("TOXIPROXY") else {
            return .skipped(.network, "TOXIPROXY not set")
        }
        log.say("starting Apache Kafka behind a proxy")
        let (port, proxyPort, direct) = (
            try FreePort.pair(), try FreePort.take(), try FreePort.take()
        )
        let proxy = try await Toxiproxy.start(program, port: proxyPort, upstream: port)
        defer { proxy.stop() }
        let broker = try await TestBroker.start(
            kind: .kafka, port: port,
            settings: ListenerSettings.make(
                port: port, advertised: proxyPort, direct: direct), keepsData: true)
        do {
            let loaded = LoadedStack(
                stack: try Stack(
                    bootstrapServers: "127.0.0.1:\(direct)",
                    serviceServers: "127.0.0.1:\(proxyPort)",
                    services: LoadedStack.servicesFile),
                log: log, perSecond: LoadCounts(commands: 10, ingress: 20, signals: 80),
                seed: options.seed, stallMsMax: 60_000)
            let result = try await loaded.run { follower in
                try await inflict(proxy, follower)
            }
            try await broker.kill()
            return result
        } catch {
            try? await broker.kill()
            throw error
        }
    }

    private func inflict(_ proxy: Toxiproxy, _ follower: BusFollower) async throws {
        var random = SeededRandom(seed: options.seed &+ 30)
        for round in 0..<options.size.networkRounds {
            for fault in NetworkFault.allCases.shuffled(using: &random) {
                log.count(fault.rawValue)
                let before = follower.look { $0.finalCount }
                // By turns, and the first one silent: it is the harder one.
                try await fault.inflict(proxy, isSilent: round.isMultiple(of: 2))
                let after = follower.look { $0.finalCount }
                if fault.isPassable, after == before {
                    throw EndToEndError("no outcome while the network was bad: \(fault.rawValue)")
                }
                let mended = ContinuousClock.now
                try await eventually(
                    "an outcome after \(fault.rawValue)", within: Self.goesOnWithin
                ) { follower.look { $0.finalCount } > after }
                log.say("\(fault.rawValue): goes on after \(ContinuousClock.now - mended)")
                try await Task.sleep(for: .seconds(4))
            }
        }
    }
}
