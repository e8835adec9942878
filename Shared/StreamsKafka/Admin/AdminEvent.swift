internal import CRdKafka

/// The answer to an administrative call; it is freed with this value, and so is all that the
/// result's pointers lead to.
@safe struct AdminEvent: ~Copyable {
    /// `rd_kafka_event_t *`.
    let pointer: OpaquePointer

    @unsafe init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe rd_kafka_event_destroy(pointer) }

    var code: ResponseCode { unsafe ResponseCode(rd_kafka_event_error(pointer)) }
    var text: String { unsafe string(rd_kafka_event_error_string(pointer)) }
}
