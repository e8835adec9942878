import StreamsKafka
import Streams
import TestKit
import Testing

extension BrokerTests {
    struct KafkaProducerTests {
        @Test func `what was sent is where the producer says`() async throws {
            try await KafkaFixture.run(topics: ["t": 3]) { kafka in
                let producer = try kafka.producer()
                let place = try await producer.send(
                    topic: "t", key: "foobar".bytes, value: "hello".bytes,
                    headers: [
                        RecordHeader("a", text: "1"), RecordHeader("a", text: "2"),
                        RecordHeader("none", nil), RecordHeader("empty", []),
                    ], timestampMs: 1_700_000_000_000)
                #expect(place.partition == Murmur2.partition(key: "foobar", count: 3))
                #expect(place.offset == 0)
                let record = try #require(try kafka.records(of: "t").first)
                #expect(record.partition == place.partition)
                #expect(record.keyText == "foobar")
                #expect(record.valueText == "hello")
                #expect(record.timestampMs == 1_700_000_000_000)
                #expect(
                    record.headers == [
                        RecordHeader("a", text: "1"), RecordHeader("a", text: "2"),
                        RecordHeader("none", nil), RecordHeader("empty", []),
                    ])
                #expect(record.headerText("a") == "2")
            }
        }

        @Test func `keys go where Java's producers put them`() async throws {
            try await KafkaFixture.run(topics: ["t": 7]) { kafka in
                let producer = try kafka.producer()
                for index in 0..<50 {
                    let key = "key-\(index)"
                    let place = try await producer.send(topic: "t", key: key.bytes, value: [])
                    #expect(place.partition == Murmur2.partition(key: key, count: 7), "\(key)")
                }
            }
        }

        @Test func `null and empty stay apart`() async throws {
            try await KafkaFixture.run(topics: ["t": 1]) { kafka in
                let producer = try kafka.producer()
                _ = try await producer.send(topic: "t", key: "k".bytes, value: nil)
                _ = try await producer.send(topic: "t", key: "k".bytes, value: [])
                _ = try await producer.send(topic: "t", key: [], value: "v".bytes)
                _ = try await producer.send(topic: "t", key: nil, value: "v".bytes)
                let records = try kafka.records(of: "t")
                #expect(records.map(\.value) == [nil, [], "v".bytes, "v".bytes])
                #expect(records.map(\.key) == ["k".bytes, "k".bytes, [], nil])
            }
        }

        @Test func `a given partition is obeyed, and one that is not there refused`() async throws {
            try await KafkaFixture.run(topics: ["t": 2]) { kafka in
                let producer = try kafka.producer()
                let place = try await producer.send(
                    topic: "t", partition: 1, key: nil, value: "x".bytes)
                #expect(place.partition == 1)
                let error = await #expect(throws: KafkaError.self) {
                    try await producer.send(topic: "t", partition: 9, key: nil, value: [])
                }
                #expect(error?.code == .notFound)
            }
        }

        @Test func `a record that is too large is refused`() async throws {
            let settings = ["max.message.bytes": "2000"]
            try await KafkaFixture.run(topics: ["t": 1], settings: settings) { kafka in
                let producer = try kafka.producer()
                let noise = (0..<5_000).map { _ in UInt8.random(in: 0...255) }
                let error = await #expect(throws: KafkaError.self) {
                    try await producer.send(topic: "t", key: nil, value: noise)
                }
                #expect(error?.code == .refused)
                #expect(error?.kafkaName == "MSG_SIZE_TOO_LARGE")
            }
        }

        @Test func `posts arrive, in order, and failures are counted`() async throws {
            try await KafkaFixture.run(topics: ["t": 1]) { kafka in
                let producer = try kafka.producer()
                for index in 0..<500 {
                    let record = NewRecord(topic: "t", key: nil, value: "\(index)".bytes)
                    #expect(producer.post(record))
                }
                try producer.flush(deadlineMs: 10_000)
                #expect(try kafka.records(of: "t").map(\.valueText) == (0..<500).map { "\($0)" })
                #expect(producer.failedPosts == 0)
                producer.close()
                #expect(!producer.post(NewRecord(topic: "t", key: nil, value: [])))
                #expect(producer.failedPosts == 1)
            }
        }
    }
}

/// Without a broker.
struct UnreachableProducerTests {
    /// A port of the loopback that nobody listens on.
    private static let nowhere = KafkaConfiguration(bootstrapServers: "127.0.0.1:1")

    @Test func `what never left is told apart`() async throws {
        let producer = try KafkaProducer(Self.nowhere, deliveryDeadlineMs: 1_000) { _ in }
        let error = await #expect(throws: KafkaError.self) {
            try await producer.send(topic: "t", key: nil, value: [])
        }
        #expect(error?.code == .notSent)
        #expect(error?.isRetriable == true)
        #expect(error?.message.contains("refused") == true, "\(String(describing: error))")
    }

    @Test func `a full queue takes no more`() async throws {
        let producer = try KafkaProducer(
            Self.nowhere, deliveryDeadlineMs: 60_000, queueLimit: 2
        ) { _ in }
        let record = NewRecord(topic: "t", key: nil, value: [])
        #expect(producer.post(record))
        #expect(producer.post(record))
        #expect(!producer.post(record))
        let error = await #expect(throws: KafkaError.self) { try await producer.send(record) }
        #expect(error?.code == .queueFull)
    }

    @Test func `closing fails what waits instead of leaving it waiting`() async throws {
        let producer = try KafkaProducer(Self.nowhere, deliveryDeadlineMs: 60_000) { _ in }
        async let sent = producer.send(topic: "t", key: nil, value: [])
        try await eventually("the record waits") {
            do throws(KafkaError) {
                try producer.flush(deadlineMs: 0)
                return false
            } catch { return true }
        }
        producer.close()
        do {
            _ = try await sent
            Issue.record("it cannot have been sent")
        } catch { #expect((error as? KafkaError)?.code == .notSent) }
    }

    @Test func `administration says within the deadline that nobody answers`() throws {
        let admin = try KafkaAdmin(Self.nowhere) { _ in }
        let start = ContinuousClock.now
        let errors = [
            #expect(throws: KafkaError.self) { try admin.metadata(timeoutMs: 500) },
            #expect(throws: KafkaError.self) { try admin.clusterID(timeoutMs: 500) },
            #expect(throws: KafkaError.self) { try admin.groups(timeoutMs: 500) },
            #expect(throws: KafkaError.self) {
                try admin.createTopics([NewTopic("t", partitions: 1)], timeoutMs: 500)
            },
        ]
        for error in errors { #expect(error?.code == .unreachable) }
        #expect(ContinuousClock.now - start < .seconds(10))
    }
}
