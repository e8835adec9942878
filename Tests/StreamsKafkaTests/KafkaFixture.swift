import Contracts
import StreamsKafka
import TestKit
import Testing

/// Everything that needs a broker, one test after the other: they share it, and some are timed.
@Suite(.serialized) enum BrokerTests {}

/// Names of a test's own on the shared broker, which are removed afterwards.
struct KafkaFixture: Sendable {
    let configuration: KafkaConfiguration
    let admin: KafkaAdmin
    let log = LogRecorder()

    /// Runs `body` with topics of that many partitions each.
    static func run(
        on own: TestBroker? = nil, topics: [String: Int32] = [:],
        settings: [String: String] = [:], _ body: (KafkaFixture) async throws -> Void
    ) async throws {
        let broker: TestBroker
        if let own { broker = own } else { broker = try await TestBroker.shared() }
        let fixture = try KafkaFixture(
            configuration: KafkaConfiguration(
                bootstrapServers: broker.bootstrapServers, topicPrefix: TestBroker.topicPrefix()))
        let new = topics.map { NewTopic($0, partitions: $1, settings: settings) }
        #expect(try fixture.admin.createTopics(new).isEmpty)
        do { try await body(fixture) } catch {
            fixture.remove()
            throw error
        }
        fixture.remove()
    }

    private init(configuration: KafkaConfiguration) throws {
        self.configuration = configuration
        admin = try KafkaAdmin(configuration, log: log.handler)
    }

    func producer(deadlineMs: Int32 = 10_000) throws -> KafkaProducer {
        try KafkaProducer(configuration, deliveryDeadlineMs: deadlineMs, log: log.handler)
    }

    func reader(committedOnly: Bool = true) throws -> KafkaReader {
        try KafkaReader(configuration, committedOnly: committedOnly, log: log.handler)
    }

    /// What a read_committed reader finds in a topic.
    func records(of topic: String) throws -> [ReadRecord] {
        let reader = try reader()
        try reader.start(topic: topic, from: .beginning)
        var records: [ReadRecord] = []
        try reader.readToEnd(deadlineMs: 10_000) { records.append($0) }
        return records
    }

    private func remove() {
        guard let topics = try? admin.metadata().topics, !topics.isEmpty else { return }
        _ = try? admin.deleteTopics(topics.map(\.name))
    }
}

/// Keeps what the library logs, for messages of failed tests.
final class LogRecorder: Sendable {
    private let lines = Locked<[KafkaLogLine]>([])

    var handler: KafkaLogHandler { { line in self.lines.withLock { $0.append(line) } } }
    var all: [KafkaLogLine] { lines.withLock { $0 } }
}

extension ReadRecord {
    var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
    var valueText: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
