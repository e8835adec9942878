import Contracts
import Glibc
import Runtime
import StreamsKafka
import TestKit

/// The four services on a broker, under a prefix and in a home folder of their own.
final class Stack: Sendable {
    private struct State {
        var processes: [Service: ServiceProcess] = [:]
        var runs = 0
    }

    let kafka: KafkaConfiguration
    let home: StackHome
    private let state = Locked(State())

    init(_ broker: TestBroker, services: String = "services: {}\n") throws {
        kafka = KafkaConfiguration(
            bootstrapServers: broker.bootstrapServers, topicPrefix: TestBroker.topicPrefix(),
            clientID: "e2e")
        home = try StackHome(services: services)
    }

    /// Runs `body` with all four services ready, and stops and removes everything afterwards.
    static func with(
        _ broker: TestBroker, services: String = "services: {}\n",
        _ body: (Stack) async throws -> Void
    ) async throws {
        let stack = try Stack(broker, services: services)
        do {
            try await stack.applyTopics()
            for service in Service.allCases { try stack.start(service) }
            try await stack.awaitReady()
            try await body(stack)
        } catch {
            await stack.remove()
            throw error
        }
        await stack.remove()
    }

    /// Creates the topics of topics/.
    func applyTopics() async throws {
        let kafka = kafka
        try await offPool { try TestTopics.apply(kafka) }
    }

    /// Starts a service; its predecessor must have ended.
    @discardableResult
    func start(_ service: Service) throws -> ServiceProcess {
        let run = state.withLock { state in
            state.runs += 1
            return state.runs
        }
        let process = try ServiceProcess.start(service, kafka, home: home, run: run)
        state.withLock { $0.processes[service] = process }
        return process
    }

    /// The run of a service that was started last.
    func process(_ service: Service) throws -> ServiceProcess {
        guard let process = state.withLock({ $0.processes[service] }) else {
            throw EndToEndError("\(service.rawValue) was not started")
        }
        return process
    }

    /// Every service's last run.
    var processes: [ServiceProcess] {
        state.withLock { state in Service.allCases.compactMap { state.processes[$0] } }
    }

    /// Waits until all that were started are ready.
    func awaitReady(within limit: Duration = .seconds(60)) async throws {
        for process in processes { try await process.awaitReady(within: limit) }
    }

    /// Ends a service by `SIGKILL`, or asks it to end by `SIGTERM`, and starts it again under the
    /// same name.
    func restart(_ service: Service, by signal: Int32) async throws {
        let process = try process(service)
        process.child.send(signal: signal)
        let status = try await process.awaitEnd()
        // Whoever is asked before its handler is in place ends by the signal itself.
        let isExpected = status == .signaled(signal) || (signal == SIGTERM && status.isSuccess)
        guard isExpected else {
            throw EndToEndError(
                "\(service.rawValue) ended otherwise: \(status)\n\(process.logTail)")
        }
        try start(service)
    }

    /// The last lines of every service's log.
    var logTails: String { processes.map(\.logTail).joined(separator: "\n") }

    /// Ends the services, and removes their topics and files.
    func remove() async {
        for process in processes { process.child.terminate() }
        for process in processes
        where await process.child.terminationStatus(within: .seconds(10)) == nil {
            process.child.kill()
            _ = await process.child.terminationStatus(within: .seconds(10))
        }
        let kafka = kafka
        _ = try? await offPool { TestTopics.remove(kafka) }
        home.remove()
    }
}
