internal import CommandLineKit
internal import Contracts
internal import OperatorDomain
internal import Runtime
internal import StreamsKafka

/// The bus that a line is about.
struct Bus: Sendable {
    /// A person waits for what is on the compacted topics no longer than this, ms.
    static let readDeadlineMs: Int32 = 5_000

    let configuration: KafkaConfiguration

    init(_ invocation: Invocation) throws {
        self.init(
            try ConnectionOptions.kafkaConfiguration(invocation, clientID: "dreamnet"))
    }

    init(_ configuration: KafkaConfiguration) {
        var configuration = configuration
        // A broker answers a connection in order: what is asked behind a fetch that waits for data
        // waits as well. A person asks little, and wants it now.
        if configuration.properties[Self.fetchWait] == nil {
            configuration.properties[Self.fetchWait] = "10"
        }
        self.configuration = configuration
    }

    private static let fetchWait = "fetch.wait.max.ms"

    /// For people: where, and under which prefix.
    var address: String {
        let prefix = configuration.topicPrefix
        return configuration.bootstrapServers + (prefix.isEmpty ? "" : " (\(prefix)*)")
    }

    func reader() throws(KafkaError) -> BusReader { try BusReader(configuration) }

    /// What the compacted topics say now.
    func snapshot(deadlineMs: Int32 = readDeadlineMs) async throws -> BusSnapshot {
        let bus = self
        return try await blocking {
            let timer = Countdown(ms: deadlineMs)
            let reader = try bus.reader()
            var snapshot = BusSnapshot()
            for topic in [BusTopic.flags, .view] {
                try reader.start(topic, from: .beginning, timeoutMs: timer.leftMs)
            }
            try reader.readToEnd(deadlineMs: timer.leftMs) { record in
                snapshot.take(key: record.key, value: record.value)
            }
            return snapshot
        }
    }

    /// A failure to read, for the person at the terminal.
    func failure(_ error: any Error) -> any Error {
        guard let kafka = error as? KafkaError else { return error }
        return CommandFailure(
            "cannot read \(address): \(kafka.plainMessage)", hint: hint(kafka), cause: nil)
    }

    /// What to do about a failure.
    func hint(_ error: KafkaError) -> String {
        switch error.code {
        case .unreachable, .timedOut:
            "Is a broker running there? --bootstrap or KAFKA_BOOTSTRAP_SERVERS says where to look."
        case .notFound: "The topics may not be made yet: dreamnet topics apply"
        case .unauthorized: "Look at --kafka and --kafka-secret: security.protocol, sasl.*, ssl.*"
        default: "The broker's log may say more."
        }
    }
}

/// A time that several calls share.
struct Countdown: Sendable {
    private let endMs: Int64

    init(ms: Int32) { endMs = SystemClock.monotonicMs() + Int64(ms) }

    /// What is left, at least 1 ms: a call without any time would not even look.
    var leftMs: Int32 { Int32(clamping: max(1, endMs - SystemClock.monotonicMs())) }

    var isOver: Bool { SystemClock.monotonicMs() >= endMs }
}

extension KafkaError {
    /// The message without the name of the library's thread, which tells a person nothing.
    var plainMessage: String {
        guard let start = message.firstRange(of: "[thrd:"),
            let end = message[start.upperBound...].firstRange(of: "]: ")
        else { return message }
        return String(message[..<start.lowerBound] + message[end.upperBound...])
    }
}
