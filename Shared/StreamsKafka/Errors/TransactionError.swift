internal import CRdKafka
internal import Streams

/// An error object of the library's transactional calls; it is freed with this value.
@safe struct TransactionError: ~Copyable {
    private let pointer: OpaquePointer

    /// Nil if there was no error.
    @unsafe init?(_ pointer: OpaquePointer?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe rd_kafka_error_destroy(pointer) }

    var code: ResponseCode { unsafe ResponseCode(rd_kafka_error_code(pointer)) }

    var text: String {
        guard let text = unsafe rd_kafka_error_string(pointer) else { return code.text }
        return unsafe String(cString: text)
    }

    /// Whether to call again resumes what has been begun.
    var isRetriable: Bool { unsafe rd_kafka_error_is_retriable(pointer) != 0 }

    /// Sorts the error by what has to be done. The order matters: an error that asks for an abort
    /// may also be called retriable, and what is none of the three counts as fatal.
    func logError(_ what: String, of client: KafkaClient) -> LogError {
        let kind: LogError.Kind
        var name = code.name
        if unsafe rd_kafka_error_txn_requires_abort(pointer) != 0 {
            kind = .abortable
        } else if isRetriable {
            kind = .retriable
        } else if code.isFencing {
            kind = .fenced
        } else if let cause = client.fatalError {
            kind = cause.code.isFencing ? .fenced : .fatal
            name = cause.code.name
        } else {
            kind = .fatal
        }
        return LogError(kind, code: name, "\(what): \(text)")
    }

    /// As an error of a call outside a transaction.
    func kafkaError(_ what: String) -> KafkaError {
        let plain = code.kafkaError(what)
        return KafkaError(
            plain.code, kafkaName: plain.kafkaName, isRetriable: plain.isRetriable,
            "\(what): \(text)")
    }
}
