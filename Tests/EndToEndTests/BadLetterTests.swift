import AuditKit
import Contracts
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// Queues that are not as they should be, on a real broker, by the real program.
@Suite(.onApacheKafka, .serialized) struct BadLetterTests {
    private func deployment(letters: Int) async throws -> OperatorProgram {
        let dreamnet = try await OperatorProgram.withTopics(
            at: try await TestBroker.shared().bootstrapServers)
        let load = LetterLoad(dreamnet.kafka, count: letters)
        try await offPool { try load.write() }
        return dreamnet
    }

    private func replay(
        _ dreamnet: OperatorProgram, _ more: String...
    ) async throws -> OperatorProgram.Run {
        try await dreamnet.run(
            ["dlq", "replay", "signal", "--as", "alice", "-y", "--rate", "all"] + more)
    }

    private func letterTopic(_ topic: String, removedFrom dreamnet: OperatorProgram) async throws {
        let kafka = dreamnet.kafka
        try await offPool {
            let admin = try KafkaAdmin(kafka, log: { _ in })
            let failed = try admin.deleteTopics([topic])
            #expect(failed.isEmpty, "\(failed)")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a letter of another tool is shown, and goes back where that is said`() async throws {
        let dreamnet = try await deployment(letters: 0)
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
        defer { producer.close() }
        let value = try Envelope(
            id: "f1", ts: SystemClock.nowMs() - 600_000, role: .service,
            SignalValuesPayload(service: "checkout", instance: "a", latencyP95Ms: 1)
        ).serialized()
        _ = try await producer.send(
            NewRecord(
                topic: BusTopic.signal.deadLetterName, partition: 2, key: nil, value: value))
        let list = try await dreamnet.run(["dlq", "list", "signal"])
        #expect(list.text.contains("signal/2/0") && list.text.contains("unknown"))
        let show = try await dreamnet.run(["dlq", "show", "signal/2/0"])
        #expect(show.code == 0 && show.text.contains("\"id\": \"f1\""), "\(show.text)")
        let kept = try await replay(dreamnet)
        #expect(kept.text.contains("--foreign takes it as well"), "\(kept.text)")
        let sent = try await replay(dreamnet, "--foreign")
        #expect(sent.code == 0 && sent.text.contains("1 letter sent"), "\(sent.text)")
        #expect(
            try await BusReader.records(dreamnet.kafka, of: [BusTopic.signal.rawValue])
                .map(\.value) == [value])
    }

    @Test(.timeLimit(.minutes(2)))
    func `a queue of which the head has expired is replayed from where it begins`() async throws {
        let dreamnet = try await deployment(letters: 40)
        let kafka = dreamnet.kafka
        let left = try await offPool {
            let admin = try KafkaAdmin(kafka, log: { _ in })
            for partition in Int32(0)..<4 {
                _ = try admin.deleteRecords(
                    of: BusTopic.signal.deadLetterName, partition: partition, before: 3)
            }
            let reader = try BusReader(kafka, topics: [BusTopic.signal.deadLetterName])
            var count = 0
            try reader.readToEnd { _ in count += 1 }
            return count
        }
        #expect((1..<40).contains(left))
        let status = try await dreamnet.run(["dlq", "status", "--json"])
        #expect(status.text.contains("\"letters\": \(left)"), "\(status.text)")
        let run = try await replay(dreamnet, "--max", "all")
        #expect(run.code == 0 && run.text.contains("\(left) letters sent"), "\(run.text)")
        let gone = try await dreamnet.run(["dlq", "show", "signal/0/0"])
        #expect(gone.code != 0 && gone.text.contains("no dead letter at"), "\(gone.text)")
    }

    @Test(.timeLimit(.minutes(3)))
    func `where the topic is gone, nothing is sent and nothing is resolved`() async throws {
        let dreamnet = try await deployment(letters: 10)
        try await letterTopic(BusTopic.signal.rawValue, removedFrom: dreamnet)
        let run = try await replay(dreamnet)
        #expect(run.code == 1 && run.text.contains("nervous.signal"), "\(run.text)")
        let status = try await dreamnet.run(["dlq", "status", "--json"])
        #expect(status.text.contains("\"letters\": 10"), "\(status.text)")
    }

    @Test(.timeLimit(.minutes(3)))
    func `where the queue is gone, the others are still counted`() async throws {
        let dreamnet = try await deployment(letters: 10)
        try await letterTopic(BusTopic.signal.deadLetterName, removedFrom: dreamnet)
        let run = try await replay(dreamnet)
        #expect(run.code == 1 && run.text.contains("nervous.signal.dlq"), "\(run.text)")
        let status = try await dreamnet.run(["dlq", "status"])
        #expect(status.code == 0 && status.text.contains("No dead letters in"), "\(status.text)")
    }

    @Test(.timeLimit(.minutes(3)))
    func `a value of the largest size that its topic takes is kept whole, headers included`()
        async throws
    {
        let stack = try Stack(try await TestBroker.shared())
        do {
            try await stack.applyTopics()
            try await stack.start(.osCore).awaitReady()
            let producer = try KafkaProducer(stack.kafka, log: { _ in })
            defer { producer.close() }
            // The largest that the broker takes of this topic, found by halves: what a record costs
            // beside its value depends on key and headers.
            let headers = [
                RecordHeader("traceparent", text: "00-1"),
                RecordHeader("x-big", Array(repeating: 0x61, count: 20_000)),
            ]
            // What cannot be packed: a limit is one of packed bytes.
            var state: UInt64 = 1
            let noise = (0..<1_100_000).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            }
            var (fits, tooLarge) = (900_000, 1_100_000)
            while tooLarge - fits > 1 {
                let size = (fits + tooLarge) / 2
                let record = NewRecord(
                    topic: BusTopic.signal.rawValue, key: Array("checkout".utf8),
                    value: Array(noise.prefix(size)), headers: headers)
                do {
                    _ = try await producer.send(record)
                    fits = size
                } catch { tooLarge = size }
            }
            #expect(fits > 1_000_000, "\(fits)")
            let kafka = stack.kafka
            var letter: ReadRecord?
            try await eventually("the largest is a dead letter", within: .seconds(60)) {
                letter = try await BusReader.records(
                    kafka, of: [BusTopic.signal.deadLetterName]
                ).first { $0.value?.count == fits }
                return letter != nil
            }
            let found = try #require(letter)
            #expect(found.key == Array("checkout".utf8))
            for header in headers {
                #expect(found.headers.contains(header), "\(header.name)")
            }
            #expect(found.headers.contains(RecordHeader(DeadLetter.Header.code, text: "malformed")))
            #expect(!found.headers.contains { $0.name == DeadLetter.Header.digest })
        } catch {
            await stack.remove()
            throw error
        }
        await stack.remove()
    }
}
