import AuditKit
import Contracts
import Processes
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `A broker that is away` {
        /// How long it stays away.
        private static let outage: Duration = .seconds(30)

        @Test(.timeLimit(.minutes(5)))
        func `Without a broker a service waits, alive and not ready, until there is one`()
            async throws
        {
            let broker = try await TestBroker.start()
            let stack = try Stack(broker)
            do {
                try await stack.applyTopics()
                try await broker.stop()
                for service in Service.allCases { try stack.start(service) }
                for process in stack.processes {
                    try await eventually("\(process.service.rawValue) is alive") {
                        await process.isAlive
                    }
                    try await eventually("\(process.service.rawValue) says that it waits") {
                        process.log.contains("waiting for a broker")
                    }
                    #expect(await process.status(of: "/health/ready") == 503)
                }
                try await broker.restart()
                try await stack.awaitReady(within: .seconds(90))
                for process in stack.processes { #expect(process.child.terminationStatus == nil) }
            } catch {
                await stack.remove()
                throw error
            }
            await stack.remove()
            try await broker.kill()
        }

        @Test(.onApacheKafka, .startsApacheKafka, .timeLimit(.minutes(8)))
        func `After 30 s without a broker the services go on, and nothing is lost`() async throws {
            let broker = try await TestBroker.start()
            try await Stack.with(broker) { stack in
                let before = try await Self.give(3, stack)
                // Given, and most likely not taken: the broker goes away with it under way.
                let last = try await Orders.give(stack.kafka, "WRITE_DRAIN=on")
                try await broker.kill()
                let away = ContinuousClock.now
                for process in stack.processes {
                    try await eventually(
                        "\(process.service.rawValue) is not ready", within: .seconds(20)
                    ) { await process.status(of: "/health/ready") == 503 }
                }
                try await Task.sleep(until: away + Self.outage)
                for process in stack.processes {
                    #expect(await process.isAlive, "\(process.logTail)")
                    #expect(await process.status(of: "/health/ready") == 503)
                }
                try await broker.restart()
                try await stack.awaitReady(within: .seconds(120))
                let after = try await Self.give(3, stack)
                for id in before + [last] + after {
                    _ = try await Orders.awaitOutcome(stack.kafka, of: id, within: .seconds(120))
                }
                let finals = try await Orders.finals(stack.kafka)
                #expect(Set(finals.map(\.commandId)).count == finals.count)
                for process in stack.processes { #expect(process.child.terminationStatus == nil) }
            }
            try await broker.kill()
        }

        private static func give(_ count: Int, _ stack: Stack) async throws -> [String] {
            var ids: [String] = []
            for number in 0..<count {
                ids.append(
                    try await Orders.give(
                        stack.kafka, number.isMultiple(of: 2) ? "SAFE_MODE=on" : "SAFE_MODE=off"))
            }
            return ids
        }
    }
}
