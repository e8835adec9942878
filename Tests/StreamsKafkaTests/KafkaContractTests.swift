import Contracts
import LogContract
import Streams
import TestKit
import Testing

@testable import StreamsKafka

extension BrokerTests {
    struct KafkaContractTests {
        /// The development broker never puts a killed member out of its group.
        private static let cases = LogContractCase.allCases.filter {
            TestBroker.kind == .kafka || $0 != .rebalanceLosesAndRepeatsNothing
        }

        @Test(arguments: cases)
        func `Kafka keeps the contract of a log`(contract: LogContractCase) async throws {
            let broker = try await TestBroker.shared()
            try await blocking {
                try contract.run { topology, partitions in
                    try KafkaContractEnvironment(
                        bootstrapServers: broker.bootstrapServers, topology: topology,
                        partitions: partitions)
                }
            }
        }
    }
}

/// Runs calls that block on a thread of their own.
func blocking(_ body: @escaping @Sendable () throws -> Void) async throws {
    let thread = Locked<SystemThread?>(nil)
    let result: Result<Void, any Error> = await withCheckedContinuation { continuation in
        do {
            let started = try SystemThread {
                continuation.resume(returning: Result { try body() })
            }
            thread.withLock { $0 = started }
        } catch { continuation.resume(returning: .failure(error)) }
    }
    thread.withLock { $0 }?.join()
    try result.get()
}

/// Kafka under the contract suite: topics of its own on the shared broker.
final class KafkaContractEnvironment: LogContractEnvironment {
    private let configuration: KafkaConfiguration
    private let topology: Topology
    private let admin: KafkaAdmin
    private let producer: KafkaProducer
    private let topics: [String]
    private let log = LogRecorder()
    private var readings: [String: Reading] = [:]

    init(bootstrapServers: String, topology: Topology, partitions: Int) throws {
        configuration = KafkaConfiguration(
            bootstrapServers: bootstrapServers, topicPrefix: TestBroker.topicPrefix())
        self.topology = topology
        admin = try KafkaAdmin(configuration, log: log.handler)
        producer = try KafkaProducer(configuration, log: log.handler)
        topics = topology.inputs + TaskTopics(topology).written
        let failures = try admin.createTopics(
            topics.map { name in
                NewTopic(
                    name, partitions: Int32(partitions),
                    settings: name == topology.changelog ? ["cleanup.policy": "compact"] : [:])
            })
        if let failure = failures.values.first { throw failure }
    }

    deinit { _ = try? admin.deleteTopics(topics) }

    func makeMember(group: String, instance: String) throws -> KafkaGroupMember {
        var own = configuration
        own.instanceID = instance
        return try KafkaGroupMember(
            own, group: group, inputs: topology.inputs, log: log.handler)
    }

    func produce(topic: String, partition: Int32, key: String, value: String?) throws {
        let record = NewRecord(
            topic: topic, partition: partition, key: key.bytes, value: value?.bytes)
        producer.post(record)
        try producer.flush(deadlineMs: 10_000)
        if producer.failedPosts > 0 { throw KafkaError(.notSent, "\(topic): a record was lost") }
    }

    func read(topic: String, partition: Int32) throws -> [ContractRecord] {
        let name = "\(topic)-\(partition)"
        // On the development broker a reader loses what follows an aborted transaction, unless it
        // begins before it.
        if TestBroker.kind != .kafka { readings[name] = nil }
        let reading = try readings[name] ?? Reading(configuration, topic, partition, log.handler)
        readings[name] = reading
        return try reading.records()
    }

    // The broker compacts when it likes; what is written must be right either way.
    func compact(topic: String) throws {}

    func expire(group: String, instance: String) throws {
        let deadline = Deadline(ms: 20_000)
        while try admin.describeGroup(group).members.contains(where: { $0.instanceID == instance })
        {
            if deadline.hasPassed { throw KafkaError(.timedOut, "\(instance) is in \(group)") }
        }
    }
}

/// A partition that is read again and again: each time from where the reader stands.
private final class Reading {
    private let reader: KafkaReader
    private var all: [ContractRecord] = []

    init(
        _ configuration: KafkaConfiguration, _ topic: String, _ partition: Int32,
        _ log: @escaping KafkaLogHandler
    ) throws {
        reader = try KafkaReader(configuration, log: log)
        try reader.start(topic: topic, partitions: [partition], from: .beginning)
    }

    func records() throws -> [ContractRecord] {
        try reader.readToEnd(deadlineMs: 10_000) { record in
            let headers = record.headers.map { header in
                (header.name, String(decoding: header.value ?? [], as: UTF8.self))
            }
            all.append(
                ContractRecord(
                    key: record.keyText, value: record.valueText,
                    headers: Dictionary(headers) { _, last in last }))
        }
        return all
    }
}
