internal import AuditKit
internal import Contracts
internal import Processes
internal import Runtime

/// Starts again what has ended by itself, as whoever runs the product has to.
struct Supervisor: Sendable {
    private let stack: Stack
    private let log: AuditLog

    init(_ stack: Stack, _ log: AuditLog) {
        self.stack = stack
        self.log = log
    }

    /// Looks at an instance, and starts it again if it has ended by itself.
    @discardableResult
    func tend(_ service: Service, instance number: Int = 0) throws -> ServiceProcess {
        let process = try stack.process(service, instance: number)
        guard let status = process.child.terminationStatus else { return process }
        log.endedByItself("\(service.rawValue): \(status)")
        if let last = process.log.split(separator: "\n").last { log.say("\(last)") }
        return try stack.start(service, instance: number)
    }

    /// Looks after an instance until it is ready.
    func awaitReady(
        _ service: Service, instance number: Int = 0, within limit: Duration
    ) async throws {
        try await wait(service, number, "ready", limit) { await $0.isReady }
    }

    /// Looks after an instance until it has committed something: it is at work, and would be for
    /// ever, were it let.
    func awaitWork(_ service: Service, within limit: Duration) async throws {
        try await wait(service, 0, "at work", limit) {
            (await $0.metric("dreamnet_commits_total") ?? 0) > 0
        }
    }

    /// Looks after all until they are ready.
    func awaitAllReady(within limit: Duration) async throws {
        for service in Service.allCases { try await awaitReady(service, within: limit) }
    }

    private func wait(
        _ service: Service, _ number: Int, _ what: String, _ limit: Duration,
        _ condition: (ServiceProcess) async -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            let process = try tend(service, instance: number)
            if await condition(process) { return }
            guard ContinuousClock.now < deadline else {
                throw EndToEndError(
                    "\(process.instance) is not \(what) after \(limit)\n\(process.logTail)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
