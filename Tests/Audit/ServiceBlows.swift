internal import AuditKit
internal import Glibc
internal import Processes
internal import Runtime

/// What is done to the instances of one service, one blow after the other in random order.
struct ServiceBlows: Sendable {
    enum Blow: Sendable {
        /// SIGKILL, and a start under the same name.
        case kill
        /// A second instance joins and leaves.
        case rebalance
        /// SIGSTOP for longer than the session time-out, while another instance stands by.
        case pause
    }

    /// Longer than the session time-out of 6 s.
    private static let pause: Duration = .milliseconds(8_500)
    /// A broker may be away meanwhile.
    private static let readyLimit: Duration = .seconds(120)

    /// Deals blows to all services side by side, so many in all, and does something else beside it.
    static func deal(
        _ stack: Stack, _ log: AuditLog, seed: UInt64, kills: Int, rebalances: Int = 0,
        pauses: Int = 0, beside: @escaping @Sendable () async throws -> Void
    ) async throws {
        let services = Service.allCases
        let open = OpenBlows(services.count + 1)
        func share(_ count: Int, _ blow: Blow, _ index: Int) -> [Blow] {
            let mine = count * (index + 1) / services.count - count * index / services.count
            return Array(repeating: blow, count: mine)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, service) in services.enumerated() {
                let blows =
                    share(kills, .kill, index) + share(rebalances, .rebalance, index)
                    + share(pauses, .pause, index)
                group.addTask {
                    var dealer = ServiceBlows(
                        service: service, stack: stack, log: log,
                        random: SeededRandom(seed: seed &+ UInt64(index) &+ 10))
                    try await dealer.run(blows, open)
                }
            }
            group.addTask {
                try await beside()
                open.finish()
            }
            do {
                // The first to fail ends the others, which would wait for its blows for ever.
                while try await group.next() != nil {}
            } catch {
                group.cancelAll()
                throw error
            }
        }
    }

    let service: Service
    let stack: Stack
    let log: AuditLog
    var random: SeededRandom

    /// Every blow of `blows`, in random order; then it waits for the others.
    mutating func run(_ blows: [Blow], _ open: OpenBlows) async throws {
        let supervisor = Supervisor(stack, log)
        for blow in blows.shuffled(using: &random) {
            switch blow {
            case .kill: try await kill(supervisor)
            case .rebalance: try await rebalance(supervisor)
            case .pause: try await pause(supervisor)
            }
        }
        // The other services may have blows to come: it is looked after until they are through.
        open.finish()
        while open.areLeft {
            try supervisor.tend(service)
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Every other time once it is at work again, else wherever its start has come to.
    private mutating func kill(_ supervisor: Supervisor) async throws {
        if Bool.random(using: &random) {
            try await supervisor.awaitWork(service, within: Self.readyLimit)
        }
        try await sleep(upToMs: 1_000)
        while true {
            let process = try stack.process(service)
            process.child.send(signal: SIGKILL)
            let status = try await process.awaitEnd()
            try stack.start(service)
            if status == .signaled(SIGKILL) { break }
            log.endedByItself("\(service.rawValue): \(status)")
        }
        log.count("SIGKILL of services", service.rawValue)
    }

    private mutating func rebalance(_ supervisor: Supervisor) async throws {
        try await join(supervisor)
        try await sleep(upToMs: 1_000)
        try await leave()
        log.count("rebalances forced", service.rawValue)
    }

    private mutating func pause(_ supervisor: Supervisor) async throws {
        try await join(supervisor)
        try await sleep(upToMs: 500)
        let process = try stack.process(service)
        process.child.send(signal: SIGSTOP)
        log.count("pauses past the session", service.rawValue)
        defer { process.child.send(signal: SIGCONT) }
        try await Task.sleep(for: Self.pause)
        process.child.send(signal: SIGCONT)
        try await supervisor.awaitReady(service, within: Self.readyLimit)
        try await leave()
    }

    private func join(_ supervisor: Supervisor) async throws {
        try await supervisor.awaitReady(service, within: Self.readyLimit)
        try stack.start(service, instance: 1)
        try await supervisor.awaitReady(service, instance: 1, within: Self.readyLimit)
    }

    /// The second instance goes: told to leave for good, or by SIGTERM, which keeps its place until
    /// its session has ended.
    private mutating func leave() async throws {
        let process = try stack.process(service, instance: 1)
        if Bool.random(using: &random) {
            process.child.send(signal: SIGTERM)
        } else {
            do {
                try await process.drain()
            } catch {
                // It may have ended by itself before it could be told.
                guard await process.child.terminationStatus(within: .seconds(5)) != nil else {
                    throw error
                }
            }
        }
        let status = try await process.awaitEnd(within: .seconds(60))
        if !status.isSuccess { log.endedByItself("\(service.rawValue): \(status)") }
        stack.forget(service, instance: 1)
    }

    private mutating func sleep(upToMs: Int) async throws {
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...upToMs, using: &random)))
    }
}
