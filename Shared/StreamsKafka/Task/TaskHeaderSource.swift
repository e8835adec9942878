internal import CRdKafka
internal import Streams

/// The headers of the record that a task has just lent out; decoded only when somebody asks.
@safe final class TaskHeaderSource: HeaderSource {
    private var message: UnsafeMutablePointer<rd_kafka_message_t>?

    /// Answers for `message` while `body` runs.
    func lend(_ message: borrowing KafkaMessage, _ body: () -> Void) {
        unsafe self.message = message.pointer
        body()
        unsafe self.message = nil
    }

    func header(_ name: String) -> [UInt8]? { unsafe KafkaHeaders.last(name, current) }

    func headers() -> [RecordHeader] { unsafe KafkaHeaders.all(current) }

    private var current: OpaquePointer? {
        guard let message = unsafe message else { return nil }
        return unsafe KafkaMessage.headers(of: message)
    }
}
