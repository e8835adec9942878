import Contracts
import DreamNetClient
import Streams
import StreamsKafka
import Testing
import TestKit

@Suite(.serialized) struct `A flag subscriber on a broker` {
    @Test func `Sees a flag within moments, and reports the version that it obeys`() async throws {
        let broker = try await TestBroker.shared()
        let configuration = KafkaConfiguration(
            bootstrapServers: broker.bootstrapServers, topicPrefix: TestBroker.topicPrefix())
        let admin = try KafkaAdmin(configuration) { _ in }
        let topics = [BusTopic.flags.rawValue, BusTopic.heartbeat.rawValue]
        let failures = try admin.createTopics(
            topics.map { NewTopic($0, partitions: 1, replicationFactor: 1) })
        #expect(failures.isEmpty)
        defer { _ = try? admin.deleteTopics(topics) }
        let subscriber = try FlagSubscriber(
            .init(service: "checkout", instance: "checkout-1"), configuration: configuration,
            nowMs: { 1_000 }, log: { _ in })
        defer { subscriber.stop() }
        try await eventually("the empty topic is read") { subscriber.isCurrent }
        let producer = try KafkaProducer(configuration) { _ in }
        defer { producer.close() }
        let flag = FlagPayload(
            service: "checkout", flag: "safe_mode", value: .bool(true), version: 4, holders: [],
            updatedMs: 1)
        let envelope = try Envelope(id: "f", ts: 1, role: .system, flag)
        _ = try await producer.send(
            topic: BusTopic.flags.rawValue, key: Array("checkout/safe_mode".utf8),
            value: try envelope.serialized())
        // A value that is no message is passed over.
        _ = try await producer.send(
            topic: BusTopic.flags.rawValue, key: [1], value: [0x7b, 0xff])
        try await eventually("the flag is on") { subscriber.bool("safe_mode", default: false) }
        let reader = try KafkaReader(configuration) { _ in }
        try reader.start(topic: BusTopic.heartbeat.rawValue, from: .beginning)
        try await eventually("the version is reported") {
            guard let value = try reader.poll(timeoutMs: 200)?.value else { return false }
            let beat = try Envelope(parsing: value).payload(as: HeartbeatPayload.self)
            return beat.flagsVersion == 4 && beat.instance == "checkout-1"
        }
    }
}
