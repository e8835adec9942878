internal import CRdKafka

/// A queue of the library that partitions are forwarded to.
@safe final class QueueHandle: @unchecked Sendable {
    /// `rd_kafka_queue_t *`.
    let pointer: OpaquePointer
    private let client: KafkaClient

    init(of client: KafkaClient) {
        unsafe pointer = dn_kafka_queue_new(client.handle)
        self.client = client
    }

    deinit { unsafe rd_kafka_queue_destroy(pointer) }

    /// How many messages and events wait.
    var count: Int { unsafe rd_kafka_queue_length(pointer) }

    /// The next message or event, nil if none came in time.
    func next(timeoutMs: Int32) -> KafkaMessage? {
        unsafe KafkaMessage(rd_kafka_consume_queue(pointer, timeoutMs))
    }

    /// Takes what is here already.
    /// - Returns: How many messages and events there were; they are the caller's to destroy.
    @unsafe func take(
        into messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>, most: Int
    ) -> Int {
        unsafe max(0, rd_kafka_consume_batch_queue(pointer, 0, messages, most))
    }
}
