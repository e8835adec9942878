import Contracts
import Glibc
internal import Processes
import Runtime

package import StreamsKafka
package import TestKit

/// The four services on a broker, under a prefix and in a home folder of their own.
package final class Stack: Sendable {
    private struct Key: Hashable {
        let service: Service
        let number: Int
    }

    private struct State {
        var processes: [Key: ServiceProcess] = [:]
        var runs = 0
        var options: [Service: [String]] = [:]
    }

    /// How whoever looks at the bus reaches it.
    package let kafka: KafkaConfiguration
    /// How the services reach it.
    package let serviceKafka: KafkaConfiguration
    package let home: StackHome
    /// How each service logs on, beside that.
    private let logOn: @Sendable (Service) -> [String: String]
    private let profile: String
    private let state = Locked(State())

    /// - Parameters:
    ///   - serviceServers: where the services find the brokers, if elsewhere.
    ///   - logOn: properties of librdkafka for each service.
    ///   - profile: of topics/profiles.yaml.
    ///   - services: config/services.yaml.
    package init(
        bootstrapServers: String, serviceServers: String? = nil,
        logOn: @escaping @Sendable (Service) -> [String: String] = { _ in [:] },
        profile: String = "development", services: String = "services: {}\n"
    ) throws {
        let kafka = KafkaConfiguration(
            bootstrapServers: bootstrapServers, topicPrefix: TestBroker.topicPrefix(),
            clientID: "e2e")
        self.kafka = kafka
        var serviceKafka = kafka
        serviceKafka.bootstrapServers = serviceServers ?? bootstrapServers
        self.serviceKafka = serviceKafka
        self.logOn = logOn
        self.profile = profile
        home = try StackHome(services: services)
    }

    package convenience init(_ broker: TestBroker, services: String = "services: {}\n") throws {
        try self.init(bootstrapServers: broker.bootstrapServers, services: services)
    }

    /// Runs `body` with all four services ready, and stops and removes everything afterwards.
    package static func with(
        _ broker: TestBroker, services: String = "services: {}\n",
        _ body: (Stack) async throws -> Void
    ) async throws {
        try await Stack(broker, services: services).run(body)
    }

    /// Runs `body` with all four services ready, and stops and removes everything afterwards.
    package func run<Value>(_ body: (Stack) async throws -> Value) async throws -> Value {
        try await run(Service.allCases, body)
    }

    /// Runs `body` with these services ready, and stops and removes everything afterwards.
    /// - Throws: What `body` threw, with the ends of the services' logs.
    package func run<Value>(
        _ services: [Service], _ body: (Stack) async throws -> Value
    ) async throws -> Value {
        do {
            try await applyTopics()
            for service in services { try start(service) }
            try await awaitReady()
            let value = try await body(self)
            await remove()
            return value
        } catch {
            let logs = logTails
            await remove()
            throw EndToEndError("\(error)\n\(logs)")
        }
    }

    /// Further options of a service, from its next start on.
    package func give(_ options: [String], to service: Service) {
        state.withLock { $0.options[service] = options }
    }

    /// Creates the topics of topics/.
    package func applyTopics() async throws {
        let (kafka, profile) = (kafka, profile)
        try await offPool { try TestTopics.apply(kafka, profile: profile) }
    }

    /// Starts an instance of a service; its predecessor must have ended.
    @discardableResult
    package func start(
        _ service: Service, instance number: Int = 0, environment: [String: String] = [:]
    ) throws -> ServiceProcess {
        let (run, options) = state.withLock { state in
            state.runs += 1
            return (state.runs, state.options[service] ?? [])
        }
        var kafka = serviceKafka
        kafka.properties.merge(logOn(service)) { $1 }
        let process = try ServiceProcess.start(
            service, kafka, home: home, run: run, instance: number, options: options,
            environment: environment)
        state.withLock { $0.processes[Key(service: service, number: number)] = process }
        return process
    }

    /// The run of an instance that was started last.
    package func process(_ service: Service, instance number: Int = 0) throws -> ServiceProcess {
        let key = Key(service: service, number: number)
        guard let process = state.withLock({ $0.processes[key] }) else {
            throw EndToEndError("\(service.rawValue)-\(number) was not started")
        }
        return process
    }

    /// The last run of every instance that has not left.
    package var processes: [ServiceProcess] {
        state.withLock { state in
            state.processes.values.sorted { $0.instance < $1.instance }
        }
    }

    /// An instance has been ended, and is not to be looked after any more.
    package func forget(_ service: Service, instance number: Int) {
        let key = Key(service: service, number: number)
        _ = state.withLock { $0.processes.removeValue(forKey: key) }
    }

    /// Waits until all that were started are ready.
    package func awaitReady(within limit: Duration = .seconds(60)) async throws {
        for process in processes { try await process.awaitReady(within: limit) }
    }

    /// Ends a service by `SIGKILL`, or asks it to end by `SIGTERM`, and starts it again under the
    /// same name.
    package func restart(
        _ service: Service, instance number: Int = 0, by signal: Int32
    ) async throws {
        let process = try process(service, instance: number)
        process.child.send(signal: signal)
        let status = try await process.awaitEnd()
        // Whoever is asked before its handler is in place ends by the signal itself.
        let isExpected = status == .signaled(signal) || (signal == SIGTERM && status.isSuccess)
        guard isExpected else {
            throw EndToEndError(
                "\(process.instance) ended otherwise: \(status)\n\(process.logTail)")
        }
        try start(service, instance: number)
    }

    /// The last lines of every service's log.
    package var logTails: String { processes.map(\.logTail).joined(separator: "\n") }

    /// Ends the services, and removes their topics and files.
    package func remove() async {
        for process in processes {
            process.child.terminate()
            // One that is stopped does not hear it.
            process.child.send(signal: SIGCONT)
        }
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
