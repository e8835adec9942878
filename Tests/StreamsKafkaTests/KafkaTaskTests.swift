import Streams
import TestKit
import Testing

@testable import StreamsKafka

private let rigTopics: [String: Int32] = ["in": 2, "out": 2, "in.dlq": 2, "state": 2]

extension BrokerTests {
    @Suite(.onApacheKafka) struct KafkaTaskTests {
        private static func send(
            _ kafka: KafkaFixture, _ count: Int, topic: String = "in", partition: Int32
        ) throws {
            let producer = try kafka.producer()
            for index in 0..<count {
                let record = NewRecord(
                    topic: topic, partition: partition, key: nil,
                    value: "\(partition).\(index)".bytes)
                try #require(producer.post(record))
            }
            try producer.flush(deadlineMs: 10_000)
        }

        @Test(arguments: [true, false])
        func `records come to their own task, whenever it begins`(inCallback: Bool) async throws {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                try Self.send(kafka, 50, partition: 0)
                try Self.send(kafka, 50, partition: 1)
                let rig = try TaskRig(kafka, startsInCallback: inCallback)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                if !inCallback {
                    // Nothing may come to the group's queue or to the task's meanwhile.
                    let deadline = Deadline(ms: 1_500)
                    while !deadline.hasPassed {
                        try rig.member.poll(timeoutMs: 20, rig)
                        for task in rig.tasks.values {
                            let came = try task.poll(timeoutMs: 0) { _ in }
                            try #require(!came, "a record before the beginning")
                        }
                    }
                    for task in rig.tasks.values { try rig.begin(task) }
                }
                for partition: Int32 in [0, 1] {
                    let task = try #require(rig.tasks[partition])
                    #expect(
                        try rig.take(50, from: task) == (0..<50).map { "\(partition).\($0)" })
                }
                rig.member.leave(forGood: true, rig)
            }
        }

        /// Several records are taken from the library at a time, of either input.
        @Test func `what was on its way is there again when an input is let go`() async throws {
            let inputs = ["in", "second"]
            let names = inputs + inputs.map { $0 + ".dlq" } + ["out", "state"]
            let topics = Dictionary(uniqueKeysWithValues: names.map { ($0, Int32(1)) })
            try await KafkaFixture.run(topics: topics) { kafka in
                for input in inputs { try Self.send(kafka, 30, topic: input, partition: 0) }
                let rig = try TaskRig(kafka, inputs: inputs)
                try rig.pollUntil("an assignment") { rig.owned.count == 1 }
                let task = try #require(rig.tasks[0])
                try rig.pollUntil("both inputs") { task.feed.queue.count >= 60 }
                var offsets: [[Int64]] = [[], []]
                func take(while condition: () -> Bool) throws {
                    let deadline = Deadline(ms: 20_000)
                    while condition() {
                        try #require(!deadline.hasPassed, "\(offsets)")
                        _ = try task.poll(timeoutMs: 20) { offsets[$0.input].append($0.offset) }
                    }
                }
                try take { offsets[0].count < 2 }
                let before = offsets[0].count
                try task.setPaused(true, input: 0)
                try take { offsets[1].count < 30 }
                #expect(offsets[0].count == before)
                try task.setPaused(false, input: 0)
                try take { offsets[0].count < 30 }
                #expect(offsets == [Array(0..<30), Array(0..<30)])
                #expect(task.positions() == [30, 30])
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `compaction leaves the start of a changelog where it was`() async throws {
            let settings = [
                "cleanup.policy": "compact", "segment.ms": "50",
                "min.cleanable.dirty.ratio": "0.01",
                "delete.retention.ms": "0",
            ]
            try await KafkaFixture.run(topics: ["state": 1], settings: settings) { kafka in
                let producer = try kafka.producer()
                var sent = 0
                // The active segment is never compacted: each record after a pause begins another.
                try await eventually("the head is compacted away", within: .seconds(120)) {
                    _ = try await producer.send(
                        topic: "state", key: "k".bytes, value: "\(sent)".bytes)
                    sent += 1
                    let first = try kafka.records(of: "state").first
                    return sent > 5 && (first?.offset ?? 0) > 0
                }
                let marks = try kafka.reader().watermarks(of: "state", partition: 0)
                #expect(marks.low == 0)
                #expect(marks.high == Int64(sent))
            }
        }

        @Test func `a task of an owned partition is opened again`() async throws {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                try Self.send(kafka, 5, partition: 1)
                let rig = try TaskRig(kafka)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                let first = try #require(rig.tasks[1])
                #expect(try rig.take(3, from: first) == ["1.0", "1.1", "1.2"])
                first.close()
                let second = try rig.member.openTask(
                    partition: 1, topics: TaskTopics(TaskRig.topology))
                try second.initTransactions()
                try second.startConsuming(at: [1])
                #expect(try rig.take(4, from: second) == ["1.1", "1.2", "1.3", "1.4"])
                second.close()
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `lag counts what waits, and is none at the end`() async throws {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                let rig = try TaskRig(kafka)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                let task = try #require(rig.tasks[0])
                // A transaction, so that its marker takes an offset behind the last record.
                let writer = try TaskProducer(
                    "writer", ["in"], kafka.configuration, log: kafka.log.handler)
                try writer.initTransactions(timeoutMs: 5_000)
                try writer.begin()
                var buffer = OutputBuffer()
                for index in 0..<10 {
                    buffer.append(topic: 0, partition: 0, key: nil, value: "\(index)".bytes)
                }
                try buffer.forEach { record throws(LogError) in try writer.produce(record) }
                try writer.commit()
                #expect(try rig.take(1, from: task) == ["0"])
                #expect(task.lag() == [10], "nine records and the marker")
                _ = try rig.take(9, from: task)
                try await eventually("no lag") {
                    _ = try task.poll(timeoutMs: 10) { _ in }
                    return task.lag() == [0]
                }
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `headers come with the record, and are none where there are none`() async throws
        {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                let producer = try kafka.producer()
                let headers = [
                    RecordHeader("a", text: "1"), RecordHeader("a", text: "2"),
                    RecordHeader("null", nil), RecordHeader("empty", []),
                ]
                _ = try await producer.send(
                    topic: "in", partition: 0, key: "k".bytes, value: nil, headers: headers)
                _ = try await producer.send(topic: "in", partition: 0, key: nil, value: [])
                let rig = try TaskRig(kafka)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                let task = try #require(rig.tasks[0])
                var records: [(key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader])] = []
                var found: [[UInt8]?] = []
                try await eventually("both records") {
                    _ = try task.poll(timeoutMs: 100) { record in
                        records.append((record.copyKey(), record.copyValue(), record.headers()))
                        found += ["a", "null", "empty", "none"].map { record.header($0) }
                    }
                    return records.count == 2
                }
                #expect(records.map(\.key) == ["k".bytes, nil])
                #expect(records.map(\.value) == [nil, []])
                #expect(records.map(\.headers) == [headers, []])
                #expect(found == ["2".bytes, nil, [], nil, nil, nil, nil, nil])
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `a transaction shows whole or not at all, with keys where Java puts them`()
            async throws
        {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                let rig = try TaskRig(kafka)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                let task = try #require(rig.tasks[0])
                try task.beginTransaction()
                try task.produce(
                    "1", partition: nil, key: "foobar",
                    headers: [
                        RecordHeader("h", text: "x")
                    ])
                try task.produce("2", topic: 2, key: "table")
                try task.produce(nil, topic: 2, key: "table")
                try task.flush()
                #expect(try kafka.records(of: "out").isEmpty)
                try task.commit(at: [0])
                let out = try kafka.records(of: "out")
                #expect(out.map(\.valueText) == ["1"])
                #expect(out.first?.partition == Murmur2.partition(key: "foobar", count: 2))
                #expect(out.first?.headerText("h") == "x")
                #expect(try kafka.records(of: "state").map(\.value) == ["2".bytes, nil])
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `a new owner fences the old one, and aborts what it left`() async throws {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                let topics = ["out"]
                let zombie = try TaskProducer(
                    "t-0", topics, kafka.configuration, log: kafka.log.handler)
                try zombie.initTransactions(timeoutMs: 5_000)
                try zombie.begin()
                var buffer = OutputBuffer()
                buffer.append(topic: 0, partition: 0, key: nil, value: "zombie".bytes)
                try buffer.forEach { record throws(LogError) in try zombie.produce(record) }
                try zombie.flush(timeoutMs: 5_000)
                let owner = try TaskProducer(
                    "t-0", topics, kafka.configuration, log: kafka.log.handler)
                try owner.initTransactions(timeoutMs: 5_000)
                let commit = #expect(throws: LogError.self) { try zombie.commit() }
                #expect(commit?.kind == .fenced)
                #expect(commit?.code == "_FENCED")
                for call in [zombie.begin, zombie.abort] {
                    let error = #expect(throws: LogError.self) { try call() }
                    #expect(error?.kind == .fenced, "and it stays so")
                }
                try owner.begin()
                buffer.removeAll()
                buffer.append(topic: 0, partition: 0, key: nil, value: "owner".bytes)
                try buffer.forEach { record throws(LogError) in try owner.produce(record) }
                try owner.commit()
                #expect(try kafka.records(of: "out").map(\.valueText) == ["owner"])
            }
        }

        @Test func `a producer can be given up right after a record, again and again`()
            async throws
        {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                var buffer = OutputBuffer()
                buffer.append(topic: 0, partition: 0, key: nil, value: "lost".bytes)
                for round in 0..<40 {
                    let producer = try TaskProducer(
                        "t-\(round)", ["out"], kafka.configuration, log: kafka.log.handler)
                    try producer.initTransactions(timeoutMs: 5_000)
                    try producer.begin()
                    try buffer.forEach { record throws(LogError) in try producer.produce(record) }
                }
                let next = try TaskProducer(
                    "t-0", ["out"], kafka.configuration, log: kafka.log.handler)
                try next.initTransactions(timeoutMs: 5_000)
                #expect(try kafka.records(of: "out").isEmpty)
            }
        }

        @Test
        func `offsets of a transaction that a new owner aborts are not committed`() async throws {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                let rig = try TaskRig(kafka)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                let task = try #require(rig.tasks[0])
                try task.beginTransaction()
                try task.produce("lost")
                try task.flush()
                try task.sendOffsets([7])
                let owner = try TaskProducer(
                    "rig-0", ["out"], kafka.configuration, log: kafka.log.handler)
                try owner.initTransactions(timeoutMs: 5_000)
                let committed = try kafka.admin.committedOffsets(
                    group: "rig", topic: "in", partitions: [0])
                #expect(committed[0] == nil)
                rig.member.leave(forGood: true, rig)
            }
        }

        @Test func `a record that is too large fails its transaction, not the task`() async throws {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                let rig = try TaskRig(kafka)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                let task = try #require(rig.tasks[0])
                let huge = String(repeating: "x", count: 9_000_000)
                try task.beginTransaction()
                let local = #expect(throws: LogError.self) { try task.produce(huge) }
                #expect(local?.kind == .abortable)
                #expect(local?.code == "MSG_SIZE_TOO_LARGE")
                try task.abortTransaction()
                // The broker's own limit is lower, and compression does not help noise.
                try task.beginTransaction()
                let noise = (0..<2_000_000).map { _ in UInt8.random(in: 0...255) }
                var buffer = OutputBuffer()
                buffer.append(topic: 0, partition: 0, key: nil, value: noise)
                try buffer.forEach { record throws(LogError) in try task.produce(record) }
                let refused = #expect(throws: LogError.self) { try task.commit(at: [0]) }
                #expect(refused?.kind == .abortable, "\(String(describing: refused))")
                try task.abortTransaction()
                // Once the broker has refused a record, the library's sequence numbers have a gap:
                // the next transaction may have to be aborted as well.
                try retryingAborted(task) {
                    try task.produce("small")
                    try task.commit(at: [0])
                }
                #expect(try kafka.records(of: "out").map(\.valueText) == ["small"])
                rig.member.leave(forGood: true, rig)
            }
        }

        private func retryingAborted(_ task: KafkaTask, _ body: () throws -> Void) throws {
            for attempt in 1...3 {
                try task.beginTransaction()
                do { return try body() } catch let error as LogError {
                    guard error.kind == .abortable, attempt < 3 else { throw error }
                    try task.abortTransaction()
                }
            }
        }

        @Test func `input that retention has taken is found at the start`() async throws {
            try await KafkaFixture.run(topics: rigTopics) { kafka in
                try Self.send(kafka, 10, partition: 0)
                try kafka.admin.deleteRecords(of: "in", partition: 0, before: 4)
                let rig = try TaskRig(kafka)
                try rig.pollUntil("an assignment") { rig.owned.count == 2 }
                let task = try #require(rig.tasks[0])
                #expect(try task.inputStarts() == [4])
                try task.seek(to: [1])
                let error = try await eventualValue("the error") { () -> LogError? in
                    do throws(LogError) {
                        _ = try task.poll(timeoutMs: 50) { _ in }
                        return nil
                    } catch { return error }
                }
                #expect(error.kind == .fatal)
                rig.member.leave(forGood: true, rig)
            }
        }
    }
}
