import StreamsKafka
import Streams
import TestKit
import Testing

extension BrokerTests {
    struct KafkaReaderTests {
        private static func fill(_ kafka: KafkaFixture, _ count: Int) async throws {
            let producer = try kafka.producer()
            for index in 0..<count {
                _ = try await producer.send(
                    topic: "t", key: "k".bytes, value: "\(index)".bytes,
                    timestampMs: 1_700_000_000_000 + Int64(index) * 1_000)
            }
        }

        @Test(arguments: [
            (ReadStart.beginning, 0), (.last(3), 7), (.last(100), 0),
            (.time(ms: 1_700_000_004_000), 4), (.time(ms: 1_700_000_003_001), 4), (.offset(6), 6),
        ])
        func `a reader begins where it is told`(start: ReadStart, first: Int) async throws {
            // The records are years old: retention by time would take them at any moment.
            let settings = ["retention.ms": "-1"]
            try await KafkaFixture.run(topics: ["t": 1], settings: settings) { kafka in
                try await Self.fill(kafka, 10)
                let reader = try kafka.reader()
                try reader.start(topic: "t", from: start)
                var values: [String?] = []
                try reader.readToEnd(deadlineMs: 10_000) { values.append($0.valueText) }
                #expect(values == (first..<10).map { "\($0)" })
            }
        }

        @Test func `from the end only what comes later is read`() async throws {
            let settings = ["retention.ms": "-1"]
            try await KafkaFixture.run(topics: ["t": 1], settings: settings) { kafka in
                try await Self.fill(kafka, 3)
                let reader = try kafka.reader()
                try reader.start(topic: "t", from: .end)
                let late = try kafka.reader()
                try late.start(topic: "t", from: .time(ms: 1_800_000_000_000))
                _ = try await kafka.producer().send(topic: "t", key: nil, value: "new".bytes)
                for reader in [reader, late] {
                    #expect(try reader.poll(timeoutMs: 10_000)?.valueText == "new")
                    #expect(try reader.poll(timeoutMs: 50) == nil)
                }
            }
        }

        @Test func `the end of each partition is told once`() async throws {
            try await KafkaFixture.run(topics: ["t": 2]) { kafka in
                _ = try await kafka.producer().send(
                    topic: "t", partition: 1, key: nil, value: "x".bytes)
                let reader = try kafka.reader()
                try reader.start(topic: "t", from: .beginning)
                var ends: [Int32: Int64] = [:]
                while ends.count < 2 {
                    let event = try #require(try reader.next(timeoutMs: 10_000))
                    if case .end("t", let partition, let offset) = event {
                        #expect(ends.updateValue(offset, forKey: partition) == nil)
                    }
                }
                #expect(ends == [0: 0, 1: 1])
                #expect(reader.position(of: "t", partition: 1) == 1)
                #expect(
                    try reader.watermarks(of: "t", partition: 1) == Watermarks(low: 0, high: 1))
            }
        }

        @Test func `a table is the last value of each key, and goes on`() async throws {
            let settings = ["cleanup.policy": "compact"]
            try await KafkaFixture.run(topics: ["t": 3], settings: settings) { kafka in
                let producer = try kafka.producer()
                for (key, value) in [("a", "1"), ("b", "1"), ("a", "2"), ("c", "1")] {
                    _ = try await producer.send(topic: "t", key: key.bytes, value: value.bytes)
                }
                _ = try await producer.send(topic: "t", key: "b".bytes, value: nil)
                let reader = try kafka.reader()
                let table = try reader.readTable(topic: "t", deadlineMs: 10_000)
                #expect(
                    table.mapValues(\.valueText) == ["a".bytes: "2", "c".bytes: "1"])
                _ = try await producer.send(topic: "t", key: "c".bytes, value: "2".bytes)
                #expect(try reader.poll(timeoutMs: 10_000)?.valueText == "2")
            }
        }

        @Test func `a reader that stops and starts anew gives nothing of before`() async throws {
            // The records are years old: retention by time would take them at any moment.
            let settings = ["retention.ms": "-1"]
            try await KafkaFixture.run(topics: ["t": 1], settings: settings) { kafka in
                try await Self.fill(kafka, 10)
                let reader = try kafka.reader()
                try reader.start(topic: "t", from: .beginning)
                #expect(try reader.poll(timeoutMs: 10_000)?.offset == 0)
                reader.stop()
                try reader.start(topic: "t", from: .offset(5))
                #expect(try reader.poll(timeoutMs: 10_000)?.offset == 5)
            }
        }

        @Test func `what is not there is said`() async throws {
            try await KafkaFixture.run(topics: ["t": 1]) { kafka in
                let reader = try kafka.reader()
                let noTopic = #expect(throws: KafkaError.self) {
                    try reader.start(topic: "nothing", from: .beginning)
                }
                #expect(noTopic?.code == .notFound)
                let noPartition = #expect(throws: KafkaError.self) {
                    try reader.start(topic: "t", partitions: [4], from: .beginning)
                }
                #expect(noPartition?.code == .notFound)
            }
        }
    }
}
