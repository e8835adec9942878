internal import CRdKafka
internal import Streams

/// A message, or an event of a consumer, that the library has handed over. It is freed with this
/// value, and so is the memory that key, value and headers point into.
@safe struct KafkaMessage: ~Copyable {
    let pointer: UnsafeMutablePointer<rd_kafka_message_t>

    /// Nil if nothing came.
    @unsafe init?(_ pointer: UnsafeMutablePointer<rd_kafka_message_t>?) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
    }

    deinit { unsafe rd_kafka_message_destroy(pointer) }

    /// An error where this is an event and no message.
    var code: ResponseCode { unsafe ResponseCode(pointer.pointee.err) }
    /// Whether this says that the end of a partition was reached, at `offset`.
    var isEnd: Bool { code.raw == RD_KAFKA_RESP_ERR__PARTITION_EOF }
    /// What the event says, for people.
    var errorText: String { unsafe string(rd_kafka_message_errstr(pointer)) }
    /// `rd_kafka_topic_t *`, the same pointer as that of the client's `TopicHandle`.
    @unsafe var topic: OpaquePointer? { unsafe pointer.pointee.rkt }
    var partition: Int32 { unsafe pointer.pointee.partition }
    var offset: Int64 { unsafe pointer.pointee.offset }
    /// Unix ms; -1 if the broker gave none.
    var timestampMs: Int64 { unsafe rd_kafka_message_timestamp(pointer, nil) }
    /// Key and value together.
    var byteCount: Int { unsafe pointer.pointee.len + pointer.pointee.key_len }

    /// Nil is no key; empty is not nil.
    @unsafe var key: UnsafeRawBufferPointer? {
        guard let start = unsafe pointer.pointee.key else { return nil }
        return unsafe UnsafeRawBufferPointer(start: start, count: pointer.pointee.key_len)
    }

    /// Nil is a tombstone; empty is not nil.
    @unsafe var value: UnsafeRawBufferPointer? {
        guard let start = unsafe pointer.pointee.payload else { return nil }
        return unsafe UnsafeRawBufferPointer(start: start, count: pointer.pointee.len)
    }

    /// `rd_kafka_headers_t *`, nil if there are none. The library decodes them at the first call.
    @unsafe static func headers(
        of message: UnsafeMutablePointer<rd_kafka_message_t>
    ) -> OpaquePointer? {
        var headers: OpaquePointer?
        let code = unsafe ResponseCode(rd_kafka_message_headers(message, &headers))
        return unsafe code.isError ? nil : headers
    }

    /// A copy that owns its memory.
    /// - Parameter topic: The name without the prefix.
    func record(topic: String) -> ReadRecord {
        unsafe ReadRecord(
            topic: topic, partition: partition, offset: offset, timestampMs: timestampMs,
            key: key.map { unsafe [UInt8]($0) }, value: value.map { unsafe [UInt8]($0) },
            headers: KafkaHeaders.all(Self.headers(of: pointer)))
    }
}
