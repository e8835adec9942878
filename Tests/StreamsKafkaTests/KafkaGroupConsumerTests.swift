import StreamsKafka
import TestKit
import Testing

extension BrokerTests {
    struct KafkaGroupConsumerTests {
        @Test func `what was not committed is read again`() async throws {
            try await KafkaFixture.run(topics: ["t": 1]) { kafka in
                let producer = try kafka.producer()
                for index in 0..<3 {
                    _ = try await producer.send(topic: "t", key: nil, value: "\(index)".bytes)
                }
                let first = try KafkaGroupConsumer(
                    kafka.configuration, group: "g", topics: ["t"], log: kafka.log.handler)
                let zero = try #require(try first.poll(timeoutMs: 20_000))
                #expect(zero.valueText == "0")
                #expect(try first.assignment().map(\.partition) == [0])
                #expect(try first.poll(timeoutMs: 10_000)?.valueText == "1")
                try first.commit(zero)
                #expect(
                    try kafka.admin.committedOffsets(group: "g", topic: "t", partitions: [0])
                        == [0: 1])
                let group = try kafka.admin.describeGroup("g")
                #expect(group.state == "Stable")
                #expect(group.assignor == "range")
                #expect(group.members.map(\.assignment) == [["t": [0]]])
                #expect(try kafka.admin.groups() == ["g"])
                first.close(forGood: true)

                let second = try KafkaGroupConsumer(
                    kafka.configuration, group: "g", topics: ["t"], log: kafka.log.handler)
                #expect(try second.poll(timeoutMs: 20_000)?.valueText == "1")
                second.close(forGood: true)
                try await eventually("an empty group is deleted") {
                    try kafka.admin.deleteGroups(["g"]).isEmpty
                }
            }
        }
    }
}
