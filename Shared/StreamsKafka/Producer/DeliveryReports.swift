internal import CRdKafka
internal import Synchronization

/// Who waits for a delivery report. Its address travels with the message.
final class PendingDelivery: Sendable {
    typealias Outcome = Result<DeliveredRecord, KafkaError>
    let continuation: CheckedContinuation<Outcome, Never>

    init(_ continuation: CheckedContinuation<Outcome, Never>) { self.continuation = continuation }
}

/// Turns the library's delivery reports into what became of a record.
enum DeliveryReports {
    /// The callback is formed here, in nonisolated code: one formed on the main actor would trap
    /// on the thread that serves it.
    @unsafe static func register(with conf: OpaquePointer) {
        unsafe rd_kafka_conf_set_dr_msg_cb(conf) { _, message, opaque in
            guard let message = unsafe message, let opaque = unsafe opaque else { return }
            let events = unsafe Unmanaged<ClientEvents>.fromOpaque(opaque).takeUnretainedValue()
            let outcome = unsafe DeliveryReports.outcome(of: message, events)
            if let waiting = unsafe message.pointee._private {
                let pending = unsafe Unmanaged<PendingDelivery>.fromOpaque(waiting)
                unsafe pending.takeRetainedValue().continuation.resume(returning: outcome)
            } else if case .failure = outcome {
                events.deliveryFailures.add(1, ordering: .relaxed)
            }
        }
    }

    @unsafe private static func outcome(
        of message: UnsafePointer<rd_kafka_message_t>, _ events: ClientEvents
    ) -> PendingDelivery.Outcome {
        let code = unsafe ResponseCode(message.pointee.err)
        guard code.isError else {
            return unsafe .success(
                DeliveredRecord(
                    partition: message.pointee.partition, offset: message.pointee.offset,
                    timestampMs: rd_kafka_message_timestamp(message, nil)))
        }
        let mayHaveArrived =
            unsafe rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED
        return .failure(error(code, mayHaveArrived: mayHaveArrived, trouble: events.trouble))
    }

    /// The error of a record that failed with `code`. The library knows whether the record was
    /// ever handed to a connection; if not, nothing can have arrived.
    static func error(
        _ code: ResponseCode, mayHaveArrived: Bool, trouble: String?
    ) -> KafkaError {
        let why = trouble.map { " (\($0))" } ?? ""
        if mayHaveArrived {
            return KafkaError(
                .unknownOutcome, kafkaName: code.name, isRetriable: true,
                "it was sent, but no broker has confirmed it in time: \(code.text)\(why)")
        }
        let plain = code.kafkaError("the broker has not taken it")
        switch plain.code {
        case .refused, .notFound, .unauthorized, .fatal, .fenced: return plain
        default:
            return KafkaError(
                .notSent, kafkaName: code.name, isRetriable: true,
                "it never left: \(code.text)\(why)")
        }
    }
}
