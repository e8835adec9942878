internal import CRdKafka

/// A handle of the library. It is thread-safe, and is destroyed with the last reference, so
/// whatever belongs to it (topics, queues) holds on to it.
@safe final class KafkaClient: @unchecked Sendable {
    /// `rd_kafka_t *`.
    let handle: OpaquePointer
    let events: ClientEvents

    init(
        _ role: ClientRole, _ configuration: KafkaConfiguration, log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        let conf = unsafe try configuration.makeConf(role)
        let events = ClientEvents(log)
        unsafe events.register(with: conf)
        switch role {
        case .producer: unsafe DeliveryReports.register(with: conf)
        case .transactional: unsafe dn_kafka_conf_ignore_deliveries(conf)
        case .groupMember: unsafe events.registerRebalancing(with: conf)
        case .admin, .reader, .groupOffsets, .groupConsumer: break
        }
        let type = role.isConsumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
        let (handle, text) = unsafe withErrorText { text, count in
            unsafe rd_kafka_new(type, conf, text, count)
        }
        guard let handle = unsafe handle else {
            unsafe rd_kafka_conf_destroy(conf)
            throw KafkaError(.configuration, text)
        }
        unsafe self.handle = handle
        self.events = events
    }

    deinit {
        // Members leave by an explicit close; a client that is dropped must not wait for one.
        unsafe rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    /// The error after which the client is of no more use, and what the library says about it.
    var fatalError: (code: ResponseCode, text: String)? {
        let (code, text) = unsafe withErrorText { text, count in
            unsafe rd_kafka_fatal_error(handle, text, count)
        }
        let response = ResponseCode(code)
        return response.isError ? (response, text) : nil
    }

    /// `code` as an error; where nobody answers, with the reason that the library logged.
    func error(_ code: ResponseCode, _ what: String) -> KafkaError {
        let plain = code.kafkaError(what)
        if plain.code == .timedOut || plain.code == .unreachable, let trouble = events.trouble {
            return KafkaError(
                .unreachable, kafkaName: plain.kafkaName, isRetriable: plain.isRetriable,
                "\(plain.message) (\(trouble))")
        }
        return plain
    }

    /// The first offset and the end of a partition, asked of its leader. The end is the last
    /// stable offset for a read_committed handle, else the high watermark.
    /// - Parameter topic: The name in the cluster.
    func watermarks(
        of topic: String, _ partition: Int32, timeoutMs: Int32
    ) -> Result<(low: Int64, high: Int64), KafkaResponse> {
        let deadline = Deadline(ms: timeoutMs)
        while true {
            var low: Int64 = 0
            var high: Int64 = 0
            // Not all of the time at once: the broker that led the partition may be gone.
            let code = unsafe ResponseCode(
                rd_kafka_query_watermark_offsets(
                    handle, topic, partition, &low, &high,
                    min(Self.askMs, deadline.remainingMs)))
            if !code.isError { return .success((low, high)) }
            guard code.isLeaderMove || code.isUnanswered, !deadline.hasPassed else {
                return .failure(KafkaResponse(code: code))
            }
            refreshLeaders(of: topic, timeoutMs: min(Self.askMs, deadline.remainingMs))
            deadline.backOff(ms: 20)
        }
    }

    /// How long one broker may take to answer before it is asked who leads, ms.
    private static var askMs: Int32 { 1_500 }

    /// Asks who leads the topic's partitions. By itself the library asks that, after an answer from
    /// a broker that leads no more, for topics alone of which the client has a handle; of others it
    /// goes on to ask the same broker for a quarter of an hour.
    private func refreshLeaders(of topic: String, timeoutMs: Int32) {
        let handle = try? TopicHandle(topic, of: self)
        _ = handle?.partitionCount(timeoutMs: timeoutMs)
    }

    /// Wakes the threads that fetch these partitions, by a request to their leaders, and does not
    /// wait for what they say: an answer comes behind a fetch that is under way, and that may wait
    /// for records half a second. A question for watermarks is no use here, for this
    /// version waits for its answer whatever its timeout.
    /// - Parameter partitions: With the topics' names in the cluster.
    func wakeFetchers(of partitions: [(topic: String, partition: Int32)]) {
        let list = TopicPartitionList(capacity: partitions.count)
        // What is looked up is the time that stands for the end.
        for (topic, partition) in partitions {
            list.add(topic, partition, offset: Int64(RD_KAFKA_OFFSET_END))
        }
        _ = unsafe rd_kafka_offsets_for_times(handle, list.pointer, 0)
    }

    /// How many bytes of messages fill a queue of a consumer, as it is set; the library's kbyte has
    /// 1,000 of them. Nil if it does not say.
    var queueBytes: Int? {
        var text = [CChar](repeating: 0, count: 32)
        var count = text.count
        guard
            unsafe rd_kafka_conf_get(
                rd_kafka_conf(handle), "queued.max.messages.kbytes", &text, &count)
                == RD_KAFKA_CONF_OK
        else { return nil }
        let digits = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return Int(String(decoding: digits, as: UTF8.self)).map { $0 * 1_000 }
    }

    /// The watermarks that the fetches have brought; nil if there was none yet.
    func cachedWatermarks(of topic: String, _ partition: Int32) -> (low: Int64, high: Int64)? {
        var low: Int64 = 0
        var high: Int64 = 0
        let code = unsafe ResponseCode(
            rd_kafka_get_watermark_offsets(handle, topic, partition, &low, &high))
        return code.isError || high < 0 ? nil : (low, high)
    }
}

/// A response code on its way to the error type of whoever asked.
struct KafkaResponse: Error {
    let code: ResponseCode
}
