internal import Contracts
internal import Runtime
internal import Signing
internal import Streams
internal import StreamsKafka

/// Puts on record what the effector did, one after the other, each confirmed by the broker.
final class EffectTeller: Sendable {
    private let producer: Locked<KafkaProducer>
    private static let deadlineMs: Int32 = 10_000

    init(
        _ configuration: KafkaConfiguration, log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        producer = Locked(
            try KafkaProducer(configuration, deliveryDeadlineMs: Self.deadlineMs, log: log))
    }

    func close() { producer.withLock { $0.close() } }

    /// Says an effect under an id that derives from what it is: said twice, it is one message.
    func say(_ effect: ActionEffectPayload) throws {
        let what =
            "\(effect.epoch)|\(effect.subjectId)|\(effect.type)|\(effect.phase?.rawValue ?? "")|"
            + "\(effect.step ?? 0)|\(effect.attempt ?? 0)"
        let envelope = try Envelope(
            id: DerivedID.make(from: what, ordinal: 0, salt: "effector"),
            ts: SystemClock.nowMs(), role: .service, effect)
        try send(
            NewRecord(
                topic: BusTopic.effect.rawValue, key: Array(effect.service.utf8),
                value: try envelope.serialized(),
                headers: MessageHeaders.make(
                    for: envelope, source: "control-core", traceparent: nil)))
    }

    func publish(topic: String, key: String, value: String) throws {
        try send(NewRecord(topic: topic, key: Array(key.utf8), value: Array(value.utf8)))
    }

    private func send(_ record: NewRecord) throws {
        try producer.withLock { producer in
            let failuresBefore = producer.failedPosts
            producer.post(record)
            try producer.flush(deadlineMs: Self.deadlineMs)
            guard producer.failedPosts == failuresBefore else {
                throw KafkaError(.timedOut, isRetriable: true, "\(record.topic): not delivered")
            }
        }
    }
}
