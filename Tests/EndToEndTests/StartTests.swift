import AuditKit
import Contracts
import Glibc
import Processes
import Runtime
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    @Suite struct `A start` {
        private struct Mistake: Sendable, CustomTestStringConvertible {
            let service: Service
            let file: String
            let text: String
            /// What the message has to name.
            let place: String
            var testDescription: String { "\(service.rawValue) with a wrong \(file)" }
        }

        private static let mistakes = [
            Mistake(
                service: .nervousSystem, file: "runbooks/p0-safe-mode.md",
                text: "---\nname: p0-safe-mode\ntitle: Contain\nsteps: 7\n---\n",
                place: "p0-safe-mode.md:4"),
            Mistake(
                service: .controlCore, file: "config/control.yaml",
                text: "commandMaxAge: 15m\nactWithin: soon\n", place: "control.yaml:2"),
            Mistake(
                service: .osCore, file: "config/services.yaml",
                text: "services:\n  checkout:\n    automation: perhaps\n",
                place: "services.yaml:3"),
            Mistake(
                service: .incidentCore, file: "config/incidents.yaml",
                text: "resolveAfter: 5m\n\tindented: by a tab\n", place: "incidents.yaml:2"),
        ]

        /// No broker is there: a wrong configuration is found before one is asked.
        private static let nowhere = KafkaConfiguration(
            bootstrapServers: "127.0.0.1:1", topicPrefix: "nowhere.")

        @Test(.timeLimit(.minutes(2)), arguments: Self.mistakes)
        private func `A mistake in a file stops it with file and line`(mistake: Mistake)
            async throws
        {
            let home = try StackHome(services: "services: {}\n")
            defer { home.remove() }
            if mistake.file.hasPrefix("runbooks/") { try home.copyFolder("runbooks") }
            try home.write(mistake.text, to: mistake.file)
            let process = try ServiceProcess.start(
                mistake.service, Self.nowhere, home: home, run: 1)
            defer { process.child.kill() }
            #expect(try await process.awaitEnd() == .exited(2))
            #expect(process.log.contains(mistake.place), "\(process.log)")
        }

        @Test(.timeLimit(.minutes(2)), arguments: Service.allCases)
        func `Topics that differ stop it with the command that mends them`(
            service: Service
        ) async throws {
            let broker = try await TestBroker.shared()
            let stack = try Stack(broker)
            let process = try stack.start(service)
            do {
                let status = try await process.awaitEnd()
                #expect(status == .exited(1))
                #expect(process.log.contains("dreamnet topics apply"), "\(process.log)")
                let input = service.inputs.first?.rawValue ?? "?"
                #expect(process.log.contains(input), "\(process.log)")
            } catch {
                await stack.remove()
                throw error
            }
            await stack.remove()
        }

        @Test(.timeLimit(.minutes(3)))
        func `SIGTERM and SIGINT end it in good order`() async throws {
            let broker = try await TestBroker.shared()
            try await Stack.with(broker) { stack in
                for signal in [SIGTERM, SIGINT] {
                    for process in stack.processes {
                        let asked = ContinuousClock.now
                        process.child.send(signal: signal)
                        // Half of what a container is given before it is killed.
                        #expect(try await process.awaitEnd(within: .seconds(5)) == .exited(0))
                        print("stop: \(process.service.rawValue) \(ContinuousClock.now - asked)")
                        try stack.start(process.service)
                    }
                    try await stack.awaitReady()
                }
            }
        }

        @Test(.timeLimit(.minutes(2)))
        func `SIGTERM ends it while it waits for a broker`() async throws {
            let home = try StackHome(services: "services: {}\n")
            defer { home.remove() }
            for service in Service.allCases {
                let process = try ServiceProcess.start(service, Self.nowhere, home: home, run: 1)
                defer { process.child.kill() }
                try await eventually("\(service.rawValue) waits") {
                    process.log.contains("waiting for a broker")
                }
                process.child.terminate()
                #expect(try await process.awaitEnd(within: .seconds(10)) == .exited(0))
            }
        }
    }
}
