import AuditKit
import Contracts
import Processes
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// Letters that were replayed too often, pages of many, and a drain that is killed, by the real
/// program on a real broker.
@Suite(.onApacheKafka, .serialized) struct LetterQuarantineTests {
    private func deployment() async throws -> OperatorProgram {
        try await OperatorProgram.withTopics(at: try await TestBroker.shared().bootstrapServers)
    }

    private func bury(_ count: Int, replays: Int, in dreamnet: OperatorProgram) async throws {
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
        defer { producer.close() }
        for number in 0..<count {
            let value = try Envelope(
                id: "q\(number)", ts: SystemClock.nowMs() - 600_000, role: .service,
                SignalValuesPayload(service: "checkout", instance: "a", latencyP95Ms: 1)
            ).serialized()
            _ = try await producer.send(
                NewRecord(
                    topic: BusTopic.signal.deadLetterName, partition: 0, key: nil, value: value,
                    headers: [
                        RecordHeader("dlq.topic", text: BusTopic.signal.rawValue),
                        RecordHeader("dlq.code", text: "schema"),
                        RecordHeader("dlq.last_failure", text: "\(SystemClock.nowMs())"),
                        RecordHeader("dlq.replay_count", text: "\(replays)"),
                    ]))
        }
    }

    private func dlq(_ dreamnet: OperatorProgram, _ words: String...) async throws -> String {
        let run = try await dreamnet.run(["dlq"] + words)
        #expect(run.code == 0, "\(run.text)")
        return run.text
    }

    @Test(.timeLimit(.minutes(3)))
    func `past the limit a letter goes to quarantine, and comes out by hand`() async throws {
        let dreamnet = try await deployment()
        try await bury(3, replays: 5, in: dreamnet)
        let replay = ["replay", "signal", "--as", "alice", "-y", "--rate", "all"]
        let first = try await dreamnet.run(["dlq"] + replay)
        #expect(first.text.contains("0 letters sent"), "\(first.text)")
        #expect(first.text.contains("goes to quarantine"), "\(first.text)")
        let status = try await dlq(dreamnet, "status")
        #expect(status.contains("3 in quarantine"), "\(status)")
        #expect(try await dlq(dreamnet, "list", "signal").contains("schema, quarantined"))
        let second = try await dreamnet.run(["dlq"] + replay)
        #expect(second.text.contains("it is in quarantine"), "\(second.text)")

        _ = try await dlq(dreamnet, "release", "signal/0/1", "--as", "alice")
        let released = try await dreamnet.run(["dlq"] + replay)
        #expect(released.text.contains("1 letter sent"), "\(released.text)")
        let again = try await dreamnet.run(["dlq", "release", "signal/0/1", "--as", "alice"])
        #expect(again.code != 0 && again.text.contains("not in quarantine"), "\(again.text)")
        let all = try await dreamnet.run(["dlq"] + replay + ["--quarantined"])
        #expect(all.text.contains("2 letters sent"), "\(all.text)")
        #expect(try await dlq(dreamnet, "status").contains("3 were replayed or discarded"))
    }

    @Test(.timeLimit(.minutes(3)))
    func `a list goes on where its page ended`() async throws {
        let dreamnet = try await deployment()
        try await bury(25, replays: 0, in: dreamnet)
        var seen: Set<String> = []
        var words = ["list", "signal", "--limit", "10"]
        for page in 1...3 {
            let run = try await dreamnet.run(["dlq"] + words)
            #expect(run.code == 0)
            let places = run.text.matches(of: #/signal\/0\/(\d+) /#).map { String($0.1) }
            #expect(places.count == (page < 3 ? 10 : 5), "\(run.text)")
            #expect(seen.isDisjoint(with: places))
            seen.formUnion(places)
            let next = run.text.firstMatch(of: #/next page: dreamnet dlq (.+)/#)
            #expect((next != nil) == (page < 3))
            guard let next else { break }
            words = next.1.split(separator: " ").map(String.init)
        }
        #expect(seen.count == 25)
    }

    @Test(.timeLimit(.minutes(4)))
    func `a drain that is killed tells once, and all of it, when it is run again`() async throws {
        let dreamnet = try await deployment()
        let count = 40_000
        let load = LetterLoad(dreamnet.kafka, count: count)
        try await offPool { try load.write() }
        let arguments = [
            "dlq", "drain", "signal", "--as", "alice", "-y", "--no-archive", "--reason", "old",
            "--bootstrap", dreamnet.kafka.bootstrapServers, "--home", dreamnet.home,
            "--topic-prefix", dreamnet.kafka.topicPrefix,
        ]
        let process = try ChildProcess.start(
            ProjectPaths.path(".build/debug/dreamnet"), arguments, output: .capture,
            errorOutput: .capture)
        let kafka = dreamnet.kafka
        try await offPool {
            // As soon as its first batch is done.
            let reader = try BusReader(kafka, topics: [BusTopic.ledger.rawValue])
            var entries = 0
            let endMs = SystemClock.monotonicMs() + 60_000
            while entries < 100, SystemClock.monotonicMs() < endMs {
                try reader.readToEnd { _ in entries += 1 }
            }
        }
        process.send(signal: 9)
        let status = await process.terminationStatus(within: .seconds(20))
        #expect(status == .signaled(9), "it ended before it was killed: \(process.output.text)")
        #expect(try await drained(dreamnet).isEmpty)
        let again = try await dreamnet.run(Array(arguments.prefix(9)))
        #expect(again.code == 0, "\(again.text)")
        #expect(!again.text.contains("\(count) letters discarded"), "\(again.text)")
        #expect(try await drained(dreamnet) == [Int64(count)])
        let third = try await dreamnet.run(Array(arguments.prefix(9)))
        #expect(third.code == 0, "\(third.text)")
        #expect(try await drained(dreamnet) == [Int64(count)])
    }

    private func drained(_ dreamnet: OperatorProgram) async throws -> [Int64?] {
        try await BusReader.messages(dreamnet.kafka, of: .alert, as: ControlEventPayload.self)
            .map(\.payload).filter { $0.type == "dlq_drained" && $0.copy != true }
            .map(\.drainedCount)
    }
}
