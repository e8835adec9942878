internal import CRdKafka
internal import Contracts
internal import Synchronization

/// The client of a producer, shared by its owner and the thread that serves delivery reports.
final class ProducerCore: Sendable {
    private let client: KafkaClient
    private let configuration: KafkaConfiguration
    private let topics = Locked<[String: TopicHandle]>([:])
    private let stopping = Atomic<Bool>(false)

    init(
        _ role: ClientRole, _ configuration: KafkaConfiguration, log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        client = try KafkaClient(role, configuration, log: log)
        self.configuration = configuration
    }

    /// Records that failed and that nobody waited for.
    var failures: Int { client.events.deliveryFailures.load(ordering: .relaxed) }

    /// Serves delivery reports until `stop`; runs on a thread of its own.
    func serve() {
        while !stopping.load(ordering: .acquiring) { _ = unsafe rd_kafka_poll(client.handle, 100) }
        // Whoever still waits is told: purged records come back as failed.
        let everything = Int32(RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        while unsafe rd_kafka_outq_len(client.handle) > 0 {
            _ = unsafe rd_kafka_purge(client.handle, everything)
            _ = unsafe rd_kafka_poll(client.handle, 10)
        }
    }

    func stop() { stopping.store(true, ordering: .releasing) }

    /// Waits until everything is delivered or has failed.
    func flush(deadlineMs: Int32) throws(KafkaError) {
        let code = unsafe ResponseCode(rd_kafka_flush(client.handle, deadlineMs))
        if code.isError {
            let count = unsafe rd_kafka_outq_len(client.handle)
            throw client.error(code, "\(count) records are not delivered after \(deadlineMs) ms")
        }
    }

    /// Enqueues a record; its bytes are copied. On failure nobody will be told by `pending`.
    func enqueue(_ record: borrowing NewRecord, _ pending: PendingDelivery?) throws(KafkaError) {
        if stopping.load(ordering: .acquiring) {
            throw KafkaError(.closed, "the producer is closed")
        }
        let topic = try handle(of: record.topic)
        let headers = unsafe KafkaHeaders.make(record.headers)
        let partition = record.partition ?? dn_kafka_partition_unassigned
        let timestampMs = record.timestampMs ?? 0
        let opaque = unsafe pending.map { unsafe Unmanaged.passRetained($0).toOpaque() }
        let failure = unsafe withBytes(record.key) { key, keyCount in
            unsafe withBytes(record.value) { value, valueCount in
                unsafe dn_kafka_produce(
                    client.handle, topic.pointer, partition, key, keyCount, value, valueCount,
                    timestampMs, headers, opaque)
            }
        }
        guard let error = unsafe TransactionError(failure) else { return }
        if let headers = unsafe headers { unsafe rd_kafka_headers_destroy(headers) }
        if let opaque = unsafe opaque {
            unsafe Unmanaged<PendingDelivery>.fromOpaque(opaque).release()
        }
        if let fatal = client.fatalError {
            throw KafkaError(.fatal, kafkaName: fatal.code.name, fatal.text)
        }
        throw error.kafkaError("\(record.topic): not sent")
    }

    private func handle(of topic: String) throws(KafkaError) -> TopicHandle {
        if let known = topics.withLock({ $0[topic] }) { return known }
        let made = try TopicHandle(configuration.prefixed(topic), of: client)
        topics.withLock { $0[topic] = made }
        return made
    }
}

/// Lends the bytes to `body`; a null pointer where there are none, never where they are empty.
@unsafe func withBytes<R>(_ bytes: [UInt8]?, _ body: (UnsafeRawPointer?, Int) -> R) -> R {
    guard let bytes else { return body(nil, 0) }
    return unsafe bytes.withUnsafeBytes { unsafe body(present($0), $0.count) }
}
