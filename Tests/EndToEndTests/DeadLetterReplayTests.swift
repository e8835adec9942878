import AuditKit
import Contracts
import FoundationEssentials
import Processes
import Runtime
import Streams
import StreamsKafka
import TestKit
import Testing

/// Dead letters on a real broker, by the real program.
@Suite(.onApacheKafka, .serialized) struct DeadLetterReplayTests {
    private static let topic = BusTopic.signal

    private func deployment() async throws -> OperatorProgram {
        try await OperatorProgram.withTopics(at: try await TestBroker.shared().bootstrapServers)
    }

    private func value(_ number: Int) throws -> [UInt8] {
        // Older than what could still fire.
        try Envelope(
            id: "m\(number)", ts: SystemClock.nowMs() - 600_000, role: .system,
            SignalValuesPayload(
                service: "checkout", instance: "a", latencyP95Ms: Double(number))
        ).serialized()
    }

    private func bury(
        _ numbers: Range<Int>, code: (Int) -> String = { _ in "schema" },
        source: String = topic.rawValue, group: String? = nil, in dreamnet: OperatorProgram
    ) async throws {
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
        for number in numbers {
            var headers = [
                RecordHeader("dlq.topic", text: source),
                RecordHeader("dlq.code", text: code(number)),
                RecordHeader("dlq.last_failure", text: "\(SystemClock.nowMs())"),
            ]
            if let group {
                headers.append(
                    RecordHeader("dlq.group", text: dreamnet.kafka.topicPrefix + group))
            }
            #expect(
                producer.post(
                    NewRecord(
                        topic: Self.topic.deadLetterName, partition: Int32(number % 4),
                        key: Array("k\(number % 7)".utf8), value: try value(number),
                        headers: headers)))
        }
        try await offPool { try producer.flush(deadlineMs: 20_000) }
        #expect(producer.failedPosts == 0)
    }

    /// How often each message is on the topic.
    private func arrivals(_ dreamnet: OperatorProgram) async throws -> [String: Int] {
        let records = try await BusReader.records(dreamnet.kafka, of: [Self.topic.rawValue])
        return try records.reduce(into: [:]) { counts, record in
            counts[try Envelope(parsing: record.value ?? []).id, default: 0] += 1
        }
    }

    private func replay(_ dreamnet: OperatorProgram, _ more: String...) async throws
        -> OperatorProgram.Run
    {
        try await dreamnet.run(["dlq", "replay", "signal", "--as", "alice", "-y"] + more)
    }

    @Test func `each letter goes back once, however often it is replayed`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<30, code: { $0 < 20 ? "schema" : "stale" }, in: dreamnet)
        let dry = try await replay(dreamnet, "--dry-run", "--max", "all")
        #expect(dry.code == 0 && dry.text.contains("30 letters would go"), "\(dry.text)")
        #expect(try await arrivals(dreamnet).isEmpty)

        let first = try await replay(dreamnet, "--code", "stale", "--rate", "all", "--max", "4")
        #expect(first.code == 0 && first.text.contains("4 letters sent"), "\(first.text)")
        let rest = try await replay(dreamnet, "--rate", "all", "--max", "all")
        #expect(rest.code == 0 && rest.text.contains("26 letters sent"), "\(rest.text)")
        let again = try await replay(dreamnet, "--rate", "all", "--max", "all")
        #expect(again.text.contains("0 letters sent"), "\(again.text)")
        #expect(
            try await arrivals(dreamnet)
                == Dictionary(uniqueKeysWithValues: (0..<30).map { ("m\($0)", 1) }))
        let status = try await dreamnet.run(["dlq", "status"])
        #expect(status.text.contains("30 were replayed or discarded"), "\(status.text)")
    }

    @Test func `what names another topic, or is still wrong, stays`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<3, source: "nervous.command", in: dreamnet)
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
        _ = try await producer.send(
            topic: Self.topic.deadLetterName, key: nil, value: Array("{}".utf8),
            headers: [RecordHeader("dlq.topic", text: Self.topic.rawValue)])
        let run = try await replay(dreamnet, "--rate", "all")
        #expect(run.text.contains("4 letters stayed"), "\(run.text)")
        #expect(run.text.contains("its source is 'nervous.command'"))
        #expect(run.text.contains("it is still wrong: id: expected a text"), "\(run.text)")
        #expect(try await arrivals(dreamnet).isEmpty)
    }

    @Test func `two at a time are refused with the name of the first`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<2, in: dreamnet)
        let nowMs = SystemClock.nowMs()
        let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
        _ = try await producer.send(
            topic: BusTopic.ledger.rawValue, key: Array("!signal".utf8),
            value: try Envelope(
                id: "h", ts: nowMs, role: .operator,
                LedgerHoldPayload(
                    queue: "signal", author: "bob", host: "elsewhere", pid: 1, runId: "other",
                    sinceMs: nowMs, seenMs: nowMs)
            ).serialized())
        let run = try await replay(dreamnet, "--rate", "all")
        #expect(run.code == 3, "\(run.text)")
        #expect(run.text.contains("bob works on the dead letters of signal"), "\(run.text)")
        #expect(try await arrivals(dreamnet).isEmpty)
    }

    @Test func `a replay that is killed again and again lets each letter arrive once`()
        async throws
    {
        let dreamnet = try await deployment()
        let count = 3_000
        try await bury(0..<count, in: dreamnet)
        var kills = 0
        var isDone = false
        while !isDone {
            let arguments = [
                "dlq", "replay", "signal", "--as", "alice", "-y", "--max", "all", "--rate", "3000",
                "--bootstrap", dreamnet.kafka.bootstrapServers, "--home", dreamnet.home,
                "--topic-prefix", dreamnet.kafka.topicPrefix,
            ]
            let process = try ChildProcess.start(
                ProjectPaths.path(".build/debug/dreamnet"), arguments, output: .capture,
                errorOutput: .capture)
            let before = try await arrivals(dreamnet).count
            if kills < 6 {
                // In the middle of its work, wherever that is.
                try await eventually("a batch", within: .seconds(60)) {
                    try await arrivals(dreamnet).count > before
                        || process.terminationStatus != nil
                }
                process.kill()
                _ = await process.terminationStatus(within: .seconds(10))
                kills += 1
            } else {
                let status = await process.terminationStatus(within: .seconds(60))
                #expect(status == .exited(0), "\(process.errorOutput.text)")
                isDone = true
            }
        }
        #expect(
            try await arrivals(dreamnet)
                == Dictionary(uniqueKeysWithValues: (0..<count).map { ("m\($0)", 1) }))
    }

    /// Reads the topic as a service would, and buries again what was replayed with one key.
    private func serve(
        _ dreamnet: OperatorProgram, burying key: String, until isOver: Locked<Bool>
    ) async throws {
        try await offPool {
            let consumer = try KafkaGroupConsumer(
                dreamnet.kafka, group: "g1", topics: [Self.topic.rawValue], fromBeginning: true,
                log: { _ in })
            let producer = try KafkaProducer(dreamnet.kafka, log: { _ in })
            while !isOver.withLock({ $0 }) {
                guard let record = try consumer.poll(timeoutMs: 100) else { continue }
                if record.headerText("dlq.replay_id") != nil, record.key == Array(key.utf8) {
                    producer.post(
                        NewRecord(
                            topic: Self.topic.deadLetterName, key: record.key,
                            value: record.value, headers: record.headers))
                    try producer.flush(deadlineMs: 10_000)
                }
                try consumer.commit(record)
            }
            consumer.close(forGood: true)
        }
    }

    @Test func `a canary that comes back stops the replay, one that is taken lets it go on`()
        async throws
    {
        let dreamnet = try await deployment()
        try await bury(0..<40, group: "g1", in: dreamnet)
        let isOver = Locked(false)
        async let served: Void = serve(dreamnet, burying: "k3", until: isOver)
        let canary = ["--canary", "10", "--max", "all", "--rate", "all"]
        let bad = try await dreamnet.run(
            ["dlq", "replay", "signal", "--as", "alice", "-y"] + canary)
        #expect(bad.code == 1 && bad.text.contains("10 letters sent"), "\(bad.text)")
        #expect(bad.text.contains("of the canary's 10 letters came back"), "\(bad.text)")
        // Without the key that is not taken.
        for key in ["k0", "k1"] {
            let good = try await replay(
                dreamnet, "--key", key, "--canary", "1", "--max", "all", "--rate", "all")
            #expect(good.code == 0, "\(good.text)")
            #expect(good.text.contains("accepted, 0 came back"), "\(good.text)")
        }
        let most = try await replay(
            dreamnet, "--rate", "20", "--max", "all", "--stop-at", "5%")
        #expect(most.code == 1 && most.text.contains("stopped: "), "\(most.text)")
        isOver.withLock { $0 = true }
        try await served
    }

    @Test func `what comes back is seen of a canary of few, and of the last batch`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<6, group: "g1", in: dreamnet)
        let isOver = Locked(false)
        async let served: Void = serve(dreamnet, burying: "k3", until: isOver)
        let few = try await replay(
            dreamnet, "--canary", "10", "--max", "all", "--rate", "all")
        #expect(few.code == 1 && few.text.contains("6 letters sent"), "\(few.text)")
        #expect(few.text.contains("1 of the canary's 6 letters came back"), "\(few.text)")
        try await bury(7..<13, group: "g1", in: dreamnet)
        let last = try await replay(
            dreamnet, "--stop-at", "5%", "--max", "all", "--rate", "all")
        #expect(last.code == 1 && last.text.contains("6 letters sent"), "\(last.text)")
        #expect(last.text.contains("1 of 6 came back"), "\(last.text)")
        try await bury(14..<20, group: "g1", in: dreamnet)
        let allowed = try await replay(
            dreamnet, "--stop-at", "100%", "--max", "all", "--rate", "all")
        #expect(allowed.code == 0, "\(allowed.text)")
        #expect(allowed.text.contains("5 accepted, 1 came back"), "\(allowed.text)")
        isOver.withLock { $0 = true }
        try await served
    }

    /// What was told of letters that were given up, and the partitions that it was told to.
    private func drained(_ dreamnet: OperatorProgram) async throws -> [String] {
        let records = try await BusReader.records(dreamnet.kafka, of: [BusTopic.alert.rawValue])
        var said: [String] = []
        for record in records {
            let envelope = try Envelope(parsing: record.value ?? [])
            let event = try envelope.payload(as: ControlEventPayload.self)
            #expect(event.queueName == Self.topic.deadLetterName && event.service == "*")
            if event.copy != true { said.append("\(event.type) \(event.drainedCount ?? -1)") }
        }
        return said + records.map { "\($0.partition)" }.sorted()
    }

    private func giveUp(
        _ verb: String, _ dreamnet: OperatorProgram, _ file: String
    ) async throws -> OperatorProgram.Run {
        try await dreamnet.run([
            "dlq", verb, "signal", "--reason", "old", "--as", "alice", "--archive", file, "-y",
        ])
    }

    private func restore(
        _ dreamnet: OperatorProgram, _ file: String
    ) async throws -> OperatorProgram.Run {
        try await dreamnet.run(["dlq", "restore", file, "--as", "alice", "-y"])
    }

    @Test func `what was drained is opened again by its archive, once`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<6, in: dreamnet)
        let file =
            FileManager.default.temporaryDirectory.path
            + "/\(dreamnet.kafka.topicPrefix)drained.jsonl.zst"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let drain = try await giveUp("drain", dreamnet, file)
        #expect(drain.code == 0 && drain.text.contains("6 letters discarded"), "\(drain.text)")
        #expect(try await drained(dreamnet).first == "dlq_drained 6")
        let again = try await giveUp("drain", dreamnet, file)
        #expect(again.code == 0 && again.text.contains("0 letters discarded"), "\(again.text)")
        let back = try await restore(dreamnet, file)
        #expect(back.code == 0 && back.text.contains("6 letters opened again, 0"), "\(back.text)")
        let twice = try await restore(dreamnet, file)
        #expect(twice.text.contains("0 letters opened again, 0 written anew, 6"), "\(twice.text)")
        let rest = try await replay(dreamnet, "--rate", "all")
        #expect(rest.text.contains("6 letters sent"), "\(rest.text)")
        #expect(
            try await arrivals(dreamnet)
                == Dictionary(uniqueKeysWithValues: (0..<6).map { ("m\($0)", 1) }))
    }

    @Test func `what was purged is gone, and written anew by its archive, once`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<6, in: dreamnet)
        _ = try await replay(dreamnet, "--rate", "all", "--max", "2")
        let file =
            FileManager.default.temporaryDirectory.path
            + "/\(dreamnet.kafka.topicPrefix)purged.jsonl"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let purge = try await giveUp("purge", dreamnet, file)
        #expect(purge.code == 0 && purge.text.contains("4 letters discarded"), "\(purge.text)")
        #expect(
            try await BusReader.records(dreamnet.kafka, of: [Self.topic.deadLetterName]).isEmpty)
        for expected in ["0 letters opened again, 4 written anew, 0", "0 written anew, 4"] {
            let back = try await restore(dreamnet, file)
            #expect(back.code == 0 && back.text.contains(expected), "\(back.text)")
        }
        let rest = try await replay(dreamnet, "--rate", "all")
        #expect(rest.text.contains("4 letters sent"), "\(rest.text)")
        #expect(
            try await arrivals(dreamnet)
                == Dictionary(uniqueKeysWithValues: (0..<6).map { ("m\($0)", 1) }))
    }

    @Test(arguments: [
        ("", "holds no dead letter"), ("{}\n", "line 1: no dead letter"),
        ("{\"place\":\"signal/0/1\",\"key\":\"%\",\"value\":null,\"headers\":[]}\n", "line 1: no"),
        ("{\"place\":\"signal/0/1\",\"key\":null,\"value\":null,\"headers\":[]}", "it is cut off"),
        (
            "{\"place\":\"signal/0/1\",\"key\":null,\"value\":null,\"headers\":[]}\n"
                + "{\"place\":\"alert/0/1\",\"key\":null,\"value\":null,\"headers\":[]}\n",
            "line 2: a letter of another topic"
        ),
    ])
    func `an archive that is none brings nothing back`(text: String, why: String) async throws {
        let dreamnet = OperatorProgram(
            kafka: KafkaConfiguration(
                bootstrapServers: "127.0.0.1:1", topicPrefix: TestBroker.topicPrefix()))
        let file =
            FileManager.default.temporaryDirectory.path
            + "/\(dreamnet.kafka.topicPrefix)bad.jsonl"
        try Data(text.utf8).write(to: URL(filePath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let run = try await restore(dreamnet, file)
        #expect(run.code == 1 && run.text.contains(why), "\(run.text)")
    }

    @Test func `the status is shown again and again`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<3, in: dreamnet)
        let run = try await dreamnet.run(["dlq", "watch", "--every", "1s", "--times", "2"])
        #expect(run.code == 0)
        #expect(run.text.split(separator: "schema 3").count == 3, "\(run.text)")
    }

    @Test func `a canary that nobody can be asked about stops the replay`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<10, in: dreamnet)
        let run = try await replay(
            dreamnet, "--canary", "2", "--max", "all", "--rate", "all")
        #expect(run.code == 1 && run.text.contains("2 letters sent"), "\(run.text)")
        #expect(run.text.contains("name no consumer group"), "\(run.text)")
    }

    @Test func `what is discarded is kept in a file and replayed no more`() async throws {
        let dreamnet = try await deployment()
        try await bury(0..<8, code: { $0 < 3 ? "stale" : "schema" }, in: dreamnet)
        let file =
            FileManager.default.temporaryDirectory.path
            + "/\(dreamnet.kafka.topicPrefix)letters.jsonl"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let run = try await dreamnet.run([
            "dlq", "discard", "signal", "--code", "stale", "--reason", "old", "--as", "alice",
            "--archive", file, "-y",
        ])
        #expect(run.code == 0 && run.text.contains("3 letters discarded"), "\(run.text)")
        let lines = try #require(SmallFile.read(file)).split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { $0.contains("\"place\"") })
        #expect(try await drained(dreamnet) == ["dlq_drained 3", "0", "1", "2", "3"])
        let second = try await dreamnet.run([
            "dlq", "discard", "signal", "--reason", "old", "--as", "alice", "--archive", file,
            "-y",
        ])
        #expect(second.code == 1 && second.text.contains("cannot make"), "\(second.text)")
        let rest = try await replay(dreamnet, "--rate", "all")
        #expect(rest.text.contains("5 letters sent"), "\(rest.text)")
    }
}
