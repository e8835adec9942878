internal import CRdKafka

/// A topic as one client knows it.
@safe final class TopicHandle: @unchecked Sendable {
    /// `rd_kafka_topic_t *`. Messages of the client carry the same pointer.
    let pointer: OpaquePointer
    /// The name in the cluster.
    let name: String
    let client: KafkaClient

    init(_ name: String, of client: KafkaClient) throws(KafkaError) {
        guard let pointer = unsafe rd_kafka_topic_new(client.handle, name, nil) else {
            throw ResponseCode(rd_kafka_last_error()).kafkaError("topic \(name)")
        }
        unsafe self.pointer = pointer
        self.name = name
        self.client = client
    }

    deinit { unsafe rd_kafka_topic_destroy(pointer) }

    /// How many partitions the topic has. The question also fills the client's cache, so that a
    /// first record needs not wait for it.
    func partitionCount(timeoutMs: Int32) -> Result<Int32, KafkaResponse> {
        var metadata: UnsafePointer<rd_kafka_metadata>?
        let code = unsafe ResponseCode(
            rd_kafka_metadata(client.handle, 0, pointer, &metadata, timeoutMs))
        if code.isError { return .failure(KafkaResponse(code: code)) }
        guard let metadata = unsafe metadata else { return .success(0) }
        defer { unsafe rd_kafka_metadata_destroy(metadata) }
        for index in 0..<Int(unsafe metadata.pointee.topic_cnt) {
            let topic = unsafe metadata.pointee.topics[index]
            guard unsafe string(topic.topic) == name else { continue }
            let code = unsafe ResponseCode(topic.err)
            return code.isError
                ? .failure(KafkaResponse(code: code)) : .success(unsafe topic.partition_cnt)
        }
        return .failure(KafkaResponse(code: ResponseCode(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)))
    }
}
