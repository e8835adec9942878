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

    /// A deployment with the topics of flags and heartbeats.
    private func withTopics(_ body: (KafkaConfiguration, KafkaProducer) async throws -> Void)
        async throws
    {
        let broker = try await TestBroker.shared()
        let configuration = KafkaConfiguration(
            bootstrapServers: broker.bootstrapServers, topicPrefix: TestBroker.topicPrefix())
        let admin = try KafkaAdmin(configuration) { _ in }
        let topics = [BusTopic.flags.rawValue, BusTopic.heartbeat.rawValue]
        _ = try admin.createTopics(
            topics.map { NewTopic($0, partitions: 1, replicationFactor: 1) })
        defer { _ = try? admin.deleteTopics(topics) }
        let producer = try KafkaProducer(configuration) { _ in }
        defer { producer.close() }
        try await body(configuration, producer)
    }

    private func say<Payload: MessagePayload>(
        _ payload: Payload, ts: Int64, _ producer: KafkaProducer
    ) async throws {
        _ = try await producer.send(
            topic: BusTopic.flags.rawValue, key: Array("\(payload.type)/\(ts)".utf8),
            value: try Envelope(id: "m\(ts)", ts: ts, role: .system, payload).serialized())
    }

    @Test func `Is ready while control-core is heard of, else stale, and says so`() async throws {
        try await withTopics { configuration, producer in
            let clock = Locked<Int64>(1_000_000)
            let subscriber = try FlagSubscriber(
                .init(service: "checkout", instance: "a"), configuration: configuration,
                nowMs: { clock.withLock { $0 } }, log: { _ in })
            defer { subscriber.stop() }
            try await eventually("the empty topic is read") { subscriber.isCurrent }
            #expect(subscriber.status.state == .stale)
            #expect(subscriber.status.reason == "control-core was never heard of")
            // The clocks of two machines differ: what was just heard is news all the same.
            try await say(FlagsHeartbeatPayload(version: 0, intervalMs: 5_000), ts: 1, producer)
            try await eventually("it is ready") { subscriber.status.state == .ready }
            #expect(subscriber.status.reason == nil && !subscriber.isStale)
            clock.withLock { $0 += 15_000 }
            #expect(subscriber.status.state == .ready)
            clock.withLock { $0 += 1_000 }
            #expect(subscriber.status.state == .stale)
            #expect(
                subscriber.status.reason == "nothing was heard of control-core for 16 s")
            try await say(FlagsHeartbeatPayload(version: 0, intervalMs: 5_000), ts: 2, producer)
            try await eventually("it is ready again") { subscriber.status.state == .ready }
        }
    }

    @Test func `Keeps the last-known file, and what the topic says outweighs it`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/flags.json"
        let nowhere = KafkaConfiguration(bootstrapServers: "127.0.0.1:1", topicPrefix: "")
        func flag(_ isOn: Bool, version: Int64) -> FlagPayload {
            FlagPayload(
                service: "checkout", flag: "safe_mode", value: .bool(isOn), version: version,
                holders: [], updatedMs: 1)
        }
        func subscribe(_ configuration: KafkaConfiguration) throws -> FlagSubscriber {
            try FlagSubscriber(
                .init(service: "checkout", instance: "a", lastKnownFile: file),
                configuration: configuration, log: { _ in })
        }
        try await withTopics { configuration, producer in
            try await say(flag(true, version: 40), ts: 10, producer)
            let subscriber = try subscribe(configuration)
            defer { subscriber.stop() }
            let watched = subscriber.watch("safe_mode")
            try await eventually("the flag is on") { watched.bool == true }
            try await eventually("it is kept") { folder.names == ["flags.json"] }
            #expect(folder.mode(of: "flags.json") == 0o600)
        }
        do {
            let alone = try subscribe(nowhere)
            defer { alone.stop() }
            #expect(alone.bool("safe_mode", default: false) && alone.status.state == .stale)
        }
        // A cluster that was made anew begins to count at 1: its word holds, not the file's.
        try await withTopics { configuration, producer in
            let subscriber = try subscribe(configuration)
            defer { subscriber.stop() }
            try await eventually("the empty topic is read") { subscriber.isCurrent }
            #expect(subscriber.bool("safe_mode", default: false), "nothing was said yet")
            try await say(flag(false, version: 1), ts: 20, producer)
            try await eventually("the flag is off") {
                subscriber.value("safe_mode") == .bool(false)
            }
        }
        try await withTopics { configuration, producer in
            try await say(flag(false, version: 1), ts: 20, producer)
            let subscriber = try subscribe(configuration)
            try await eventually("the flag is off") {
                subscriber.value("safe_mode") == .bool(false)
            }
            #expect(subscriber.version == 1)
            subscriber.stop()
            let alone = try subscribe(nowhere)
            defer { alone.stop() }
            #expect(alone.value("safe_mode") == .bool(false))
        }
    }
}
