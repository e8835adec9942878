internal import CRdKafka
internal import Contracts

/// Asks and alters a cluster. Names are without the deployment's prefix, which is added.
///
/// Every call has a deadline in ms for the whole of it, and blocks: keep it off Swift's pool.
public final class KafkaAdmin: Sendable {
    let client: KafkaClient
    let configuration: KafkaConfiguration
    /// By group: questions for its offsets need a client that has the group.
    let offsetsClients = Locked<[String: KafkaClient]>([:])

    /// A client. Nothing is connected before the first call.
    /// - Parameter log: Takes the library's log lines.
    /// - Throws: `KafkaError.Code.configuration`.
    public init(
        _ configuration: KafkaConfiguration, log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        client = try KafkaClient(.admin, configuration, log: log)
        self.configuration = configuration
    }

    /// The cluster's id, which it keeps for ever.
    /// - Throws: `unreachable` if no broker says it in time.
    public func clusterID(timeoutMs: Int32 = 5_000) throws(KafkaError) -> String {
        guard let text = unsafe rd_kafka_clusterid(client.handle, timeoutMs) else {
            throw client.error(ResponseCode(RD_KAFKA_RESP_ERR__TIMED_OUT), "cluster id")
        }
        defer { unsafe rd_kafka_mem_free(client.handle, text) }
        return unsafe string(text)
    }

    /// The brokers, and the topics of this deployment.
    public func metadata(timeoutMs: Int32 = 5_000) throws(KafkaError) -> ClusterMetadata {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = unsafe ResponseCode(
            rd_kafka_metadata(client.handle, 1, nil, &metadata, timeoutMs))
        if code.isError { throw client.error(code, "metadata") }
        guard let metadata = unsafe metadata else {
            return ClusterMetadata(brokers: [], topics: [])
        }
        defer { unsafe rd_kafka_metadata_destroy(metadata) }
        let brokers = (0..<Int(unsafe metadata.pointee.broker_cnt)).map { index in
            let broker = unsafe metadata.pointee.brokers[index]
            return unsafe ClusterMetadata.Broker(
                id: broker.id, address: "\(string(broker.host)):\(broker.port)")
        }
        let topics = (0..<Int(unsafe metadata.pointee.topic_cnt)).compactMap { index in
            unsafe topic(metadata.pointee.topics[index])
        }
        return ClusterMetadata(
            brokers: brokers.sorted { $0.id < $1.id }, topics: topics.sorted { $0.name < $1.name })
    }

    @unsafe private func topic(_ topic: rd_kafka_metadata_topic_t) -> ClusterMetadata.Topic? {
        // A topic that is just being deleted is listed with an error.
        guard unsafe !ResponseCode(topic.err).isError,
            let name = unsafe configuration.unprefixed(string(topic.topic))
        else { return nil }
        let partitions = (0..<Int(unsafe topic.partition_cnt)).map { index in
            let partition = unsafe topic.partitions[index]
            return unsafe ClusterMetadata.Partition(
                id: partition.id, leader: partition.leader,
                replicas: (0..<Int(partition.replica_cnt)).map { unsafe partition.replicas[$0] },
                inSync: (0..<Int(partition.isr_cnt)).map { unsafe partition.isrs[$0] })
        }
        return ClusterMetadata.Topic(
            name: name, partitions: partitions.sorted { $0.id < $1.id })
    }

    /// Sends one administrative request and waits for its answer.
    @unsafe func perform(
        _ operation: rd_kafka_admin_op_t, _ what: String, timeoutMs: Int32,
        _ submit: (_ options: OpaquePointer, _ queue: OpaquePointer) -> Void
    ) throws(KafkaError) -> AdminEvent {
        let queue = QueueHandle(of: client)
        defer { withExtendedLifetime(queue) {} }
        guard let options = unsafe rd_kafka_AdminOptions_new(client.handle, operation) else {
            throw KafkaError(.fatal, "out of memory")
        }
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        let limitMs = min(max(timeoutMs, 1), 3_600_000)
        _ = unsafe withErrorText { text, count in
            unsafe rd_kafka_AdminOptions_set_request_timeout(options, limitMs, text, count)
        }
        // Waits until the change has spread; the calls that know no such thing ignore it.
        _ = unsafe withErrorText { text, count in
            unsafe rd_kafka_AdminOptions_set_operation_timeout(options, limitMs, text, count)
        }
        unsafe submit(options, queue.pointer)
        // The library gives up first, and knows why.
        guard let pointer = unsafe rd_kafka_queue_poll(queue.pointer, limitMs + 1_000) else {
            throw client.error(ResponseCode(RD_KAFKA_RESP_ERR__TIMED_OUT), what)
        }
        let event = unsafe AdminEvent(pointer)
        if event.code.isError { throw client.error(event.code, "\(what): \(event.text)") }
        return event
    }
}
