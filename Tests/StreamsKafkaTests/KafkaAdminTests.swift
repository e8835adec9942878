import StreamsKafka
import TestKit
import Testing

extension BrokerTests {
    struct KafkaAdminTests {
        @Test func `topics are made, described, altered, grown and deleted`() async throws {
            try await KafkaFixture.run { kafka in
                let admin = kafka.admin
                let topic = NewTopic(
                    "a", partitions: 2, replicationFactor: 1,
                    settings: ["cleanup.policy": "compact", "segment.bytes": "1048576"])
                #expect(try admin.createTopics([topic, NewTopic("b", partitions: 1)]).isEmpty)
                let again = try admin.createTopics([topic])
                #expect(again["a"]?.code == .alreadyExists)

                let metadata = try admin.metadata()
                #expect(metadata.topics.map(\.name) == ["a", "b"])
                #expect(metadata.topics.first?.partitions.map(\.id) == [0, 1])
                let partition = try #require(metadata.topics.first?.partitions.first)
                #expect(partition.replicas == [partition.leader])
                #expect(metadata.brokers.contains { $0.id == partition.leader })

                var settings = try #require(try admin.topicSettings(of: ["a"])["a"])
                #expect(settings["cleanup.policy"]?.value == "compact")
                #expect(settings["cleanup.policy"]?.isOwn == true)
                #expect(settings["retention.ms"]?.isOwn == false)

                try admin.replaceTopicSettings(
                    of: "a", with: ["cleanup.policy": "compact", "retention.ms": "3600000"])
                try await eventually("what was left out is gone") {
                    settings = try admin.topicSettings(of: ["a"])["a"] ?? [:]
                    return settings["segment.bytes"]?.isOwn == false
                }
                #expect(settings["retention.ms"]?.value == "3600000")
                #expect(settings["cleanup.policy"]?.value == "compact")

                try admin.createPartitions(of: "b", total: 3)
                try await eventually("three partitions") {
                    try admin.metadata().topics.last?.partitions.count == 3
                }
                let deleted = try admin.deleteTopics(["b", "nothing"])
                #expect(Array(deleted.keys) == ["nothing"])
                #expect(deleted["nothing"]?.code == .notFound)
            }
        }

        @Test func `the broker's refusals keep their reasons`() async throws {
            try await KafkaFixture.run(topics: ["a": 2]) { kafka in
                let refused = try kafka.admin.createTopics([
                    NewTopic("x", partitions: 1, settings: ["cleanup.policy": "sometimes"])
                ])
                #expect(refused["x"]?.code == .refused)
                let shrunk = #expect(throws: KafkaError.self) {
                    try kafka.admin.createPartitions(of: "a", total: 1)
                }
                #expect(shrunk?.code == .refused)
                let missing = #expect(throws: KafkaError.self) {
                    try kafka.admin.topicSettings(of: ["nothing"])
                }
                #expect(missing?.code == .notFound)
            }
        }

        @Test func `records before an offset are deleted`() async throws {
            try await KafkaFixture.run(topics: ["a": 1]) { kafka in
                let producer = try kafka.producer()
                for index in 0..<5 {
                    _ = try await producer.send(topic: "a", key: nil, value: "\(index)".bytes)
                }
                #expect(try kafka.admin.deleteRecords(of: "a", partition: 0, before: 3) == 3)
                #expect(try kafka.records(of: "a").map(\.offset) == [3, 4])
            }
        }

        @Test func `a cluster keeps its id`() async throws {
            try await KafkaFixture.run { kafka in
                let id = try kafka.admin.clusterID()
                #expect(!id.isEmpty)
                #expect(try kafka.admin.clusterID() == id)
            }
        }

        @Test func `a deployment sees its own topics alone`() async throws {
            try await KafkaFixture.run(topics: ["mine": 1]) { first in
                try await KafkaFixture.run(topics: ["theirs": 1]) { second in
                    let mine = try first.admin.metadata().topics.map(\.name)
                    let theirs = try second.admin.metadata().topics.map(\.name)
                    #expect(mine == ["mine"])
                    #expect(theirs == ["theirs"])
                }
            }
        }
    }
}
