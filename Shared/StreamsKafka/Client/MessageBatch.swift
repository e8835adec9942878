internal import CRdKafka

/// Takes the messages of a queue several at a time: alone, each of them would cost a look at the
/// clock and a write to memory that the tasks of a client share.
///
/// What is in hand here the library takes for read. Whoever goes back, or holds an input back, has
/// to drop it and to say where to go on.
@safe final class MessageBatch {
    /// Enough that the call's own cost is small beside the messages', few enough that what is held
    /// beyond the queue's bound is.
    static let countMax = 64

    private let queue: QueueHandle
    private let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    /// Those in hand are `messages[next..<end]`.
    private var next = 0
    private var end = 0

    init(of queue: QueueHandle) {
        self.queue = queue
        unsafe messages = .allocate(capacity: Self.countMax)
        unsafe messages.initialize(repeating: nil, count: Self.countMax)
    }

    deinit {
        removeAll()
        unsafe messages.deallocate()
    }

    /// The next message or event that is here already, nil if there is none.
    func take() -> KafkaMessage? {
        if next == end {
            next = 0
            end = unsafe queue.take(into: messages, most: Self.countMax)
            guard end > 0 else { return nil }
        }
        defer { next += 1 }
        return unsafe KafkaMessage(messages[next])
    }

    /// The next message or event, nil if none came in time.
    func take(timeoutMs: Int32) -> KafkaMessage? {
        // A whole batch at once would wait until it is full.
        next < end ? take() : queue.next(timeoutMs: timeoutMs)
    }

    /// Drops what is in hand.
    func removeAll() {
        while next < end {
            unsafe rd_kafka_message_destroy(messages[next])
            next += 1
        }
    }

    /// Drops what is in hand of one topic (`rd_kafka_topic_t *`).
    @unsafe func removeAll(of topic: OpaquePointer) {
        var kept = next
        for index in next..<end {
            guard let message = unsafe messages[index] else { continue }
            if unsafe message.pointee.rkt == topic {
                unsafe rd_kafka_message_destroy(message)
            } else {
                unsafe messages[kept] = message
                kept += 1
            }
        }
        end = kept
    }
}
