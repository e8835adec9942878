import Contracts
import Runtime
import Streams

package import StreamsKafka

/// Sends the load, and knows what it has sent.
package struct LoadGenerator {
    private let producer: KafkaProducer
    /// What its client has said last.
    private let said = Locked<[String]>([])
    private var commands: CommandLoad
    private var signals: SignalLoad
    private var ingress: IngressLoad
    /// What was sent so far.
    package private(set) var sent = LoadCounts()

    /// - Parameter episodeMs: how long each of the flaky services fails; nil for none of them.
    package init(_ kafka: KafkaConfiguration, seed: UInt64, episodeMs: Int64? = nil) throws {
        // Longer than any broker is kept away: a message that is given up would be taken for lost.
        let said = said
        producer = try KafkaProducer(
            kafka, deliveryDeadlineMs: 300_000, queueLimit: 400_000
        ) { line in
            guard line.level <= 4 else { return }
            said.withLock { said in
                said.append("\(line.facility) \(line.message)")
                if said.count > 20 { said.removeFirst() }
            }
        }
        commands = CommandLoad(seed: seed)
        signals = SignalLoad(seed: seed, episodeMs: episodeMs)
        ingress = IngressLoad(seed: seed)
    }

    /// Hands over so much.
    package mutating func post(_ counts: LoadCounts) {
        let nowMs = SystemClock.nowMs()
        for _ in 0..<counts.commands { post(commands.next(nowMs: nowMs)) }
        for _ in 0..<counts.ingress { post(ingress.next(nowMs: nowMs)) }
        for _ in 0..<counts.signals { post(signals.next(nowMs: nowMs)) }
        sent.commands += counts.commands
        sent.ingress += counts.ingress
        sent.signals += counts.signals
    }

    /// Waits until everything is on the broker.
    /// - Throws: if anything was not taken there.
    package func finish() async throws {
        let producer = producer
        try await offPool { try producer.flush(deadlineMs: 120_000) }
        guard producer.failedPosts == 0 else {
            throw EndToEndError(
                "\(producer.failedPosts) messages of the load were not delivered:\n"
                    + said.withLock { $0.joined(separator: "\n") })
        }
    }

    /// How many messages the producer has given up.
    package var failedPosts: Int { producer.failedPosts }

    /// Ends the producer.
    package func close() { producer.close() }

    private func post(_ message: LoadMessage) {
        // Of the many signals only those that must not be taken carry the header.
        let isPlain =
            message.topic == BusTopic.signal.rawValue && message.expectation == .taken
        producer.post(
            NewRecord(
                topic: message.topic, key: Array(message.key.utf8),
                value: Array(message.value.utf8),
                headers: isPlain
                    ? [] : [RecordHeader(Fate.header, text: message.expectation.text)]))
    }
}
