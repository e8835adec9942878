import Contracts
import StreamsKafka
import TestKit
import Testing

extension EndToEnd {
    /// The connection to the broker falls silent while a command is on its way: nobody can tell
    /// whether it arrived.
    @Suite struct `A command whose fate is unknown` {
        @Test(.startsApacheKafka, .timeLimit(.minutes(4)), arguments: [true, false])
        func `Is said to be, and is safely repeated`(arrives: Bool) async throws {
            let relay = try BrokerRelay()
            defer { relay.stop() }
            let broker = try await TestBroker.start(
                kind: .kafka,
                settings: ["advertised.listeners=PLAINTEXT://127.0.0.1:\(relay.port)"])
            try relay.aim(at: broker.bootstrapServers)
            let dreamnet = try await OperatorProgram.withTopics(at: "127.0.0.1:\(relay.port)")
            let order = ["safe-mode", "on", "--service", "checkout", "--as", "alice"]

            relay.lose(arrives ? .answer : .request)
            let start = ContinuousClock.now
            let run = try await dreamnet.run(order)
            // Five, and one for the start of the process on a busy machine.
            #expect(ContinuousClock.now - start < .seconds(6))
            #expect(run.code == 7, "\(run.text)")
            #expect(relay.losses > 0)
            #expect(run.text.contains("UNKNOWN whether it arrived"), "\(run.text)")
            let mark = try #require(run.text.firstRange(of: "--id "))
            let id = run.text[mark.upperBound...].prefix { !$0.isWhitespace }

            relay.lose(.nothing)
            #expect(try dreamnet.commands().map(\.id) == (arrives ? [String(id)] : []))
            let again = try await dreamnet.run(order + ["--id", String(id)])
            #expect(again.code == 0, "\(again.text)")
            #expect(again.text.contains("recorded already") == arrives, "\(again.text)")
            #expect(try dreamnet.commands().map(\.id) == [String(id)])
            try await broker.stop()
        }
    }
}
