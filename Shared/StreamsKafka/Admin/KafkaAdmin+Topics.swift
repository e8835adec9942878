internal import CRdKafka

extension KafkaAdmin {
    /// Makes topics, and waits until a broker shows them.
    /// - Returns: Of each topic that was not made the reason (`alreadyExists`, `refused`).
    public func createTopics(
        _ topics: [NewTopic], timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> [String: KafkaError] {
        if topics.isEmpty { return [:] }
        let deadline = Deadline(ms: timeoutMs)
        var items: [OpaquePointer?] = unsafe []
        defer { unsafe rd_kafka_NewTopic_destroy_array(&items, items.count) }
        for topic in topics {
            let (item, text) = unsafe withErrorText { text, count in
                unsafe rd_kafka_NewTopic_new(
                    configuration.prefixed(topic.name), topic.partitions, topic.replicationFactor,
                    text, count)
            }
            guard let item = unsafe item else { throw KafkaError(.refused, text) }
            unsafe items.append(item)
            for (name, value) in topic.settings {
                _ = unsafe rd_kafka_NewTopic_set_config(item, name, value)
            }
        }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_CREATETOPICS, "create topics", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_CreateTopics(client.handle, &items, items.count, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_CreateTopics_result(event.pointer)
        let failed = unsafe failures(rd_kafka_CreateTopics_result_topics(result, &count), count)
        try awaitMetadata(of: topics.map(\.name).filter { failed[$0] == nil }, deadline)
        return failed
    }

    /// The controller answers a little before the brokers know what it has decided.
    private func awaitMetadata(of topics: [String], _ deadline: Deadline) throws(KafkaError) {
        var missing = Set(topics)
        while !missing.isEmpty {
            guard !deadline.hasPassed else {
                throw KafkaError(
                    .timedOut, isRetriable: true, "no broker shows \(missing.sorted()) yet")
            }
            let shown = try metadata(timeoutMs: deadline.remainingMs).topics
            for topic in shown where topic.partitions.allSatisfy({ $0.leader >= 0 }) {
                missing.remove(topic.name)
            }
        }
    }

    /// Adds partitions to a topic until it has `total`. Of a keyed topic this moves keys away
    /// from their state.
    public func createPartitions(
        of topic: String, total: Int32, timeoutMs: Int32 = 15_000
    ) throws(KafkaError) {
        let (made, text) = unsafe withErrorText { text, count in
            unsafe rd_kafka_NewPartitions_new(
                configuration.prefixed(topic), Int(total), text, count)
        }
        guard let made = unsafe made else { throw KafkaError(.refused, text) }
        var items: [OpaquePointer?] = unsafe [made]
        defer { unsafe rd_kafka_NewPartitions_destroy_array(&items, items.count) }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, "partitions of \(topic)", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_CreatePartitions(client.handle, &items, items.count, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_CreatePartitions_result(event.pointer)
        let failed = unsafe failures(rd_kafka_CreatePartitions_result_topics(result, &count), count)
        if let error = failed[topic] { throw error }
    }

    /// Deletes topics with all that is in them.
    /// - Returns: Of each topic that was not deleted the reason (`notFound`).
    public func deleteTopics(
        _ topics: [String], timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> [String: KafkaError] {
        if topics.isEmpty { return [:] }
        var items = unsafe topics.map {
            unsafe rd_kafka_DeleteTopic_new(configuration.prefixed($0))
        }
        defer { unsafe rd_kafka_DeleteTopic_destroy_array(&items, items.count) }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_DELETETOPICS, "delete topics", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_DeleteTopics(client.handle, &items, items.count, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_DeleteTopics_result(event.pointer)
        return unsafe failures(rd_kafka_DeleteTopics_result_topics(result, &count), count)
    }

    /// Deletes the records of a partition before an offset.
    /// - Returns: The first offset that the partition still holds.
    @discardableResult
    public func deleteRecords(
        of topic: String, partition: Int32, before offset: Int64, timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> Int64 {
        let list = TopicPartitionList(capacity: 1)
        list.add(configuration.prefixed(topic), partition, offset: offset)
        var items = unsafe [rd_kafka_DeleteRecords_new(list.pointer)]
        defer { unsafe rd_kafka_DeleteRecords_destroy_array(&items, items.count) }
        let what = "records of \(topic)[\(partition)]"
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_DELETERECORDS, what, timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_DeleteRecords(client.handle, &items, items.count, options, queue)
        }
        let result = unsafe rd_kafka_event_DeleteRecords_result(event.pointer)
        guard let offsets = unsafe rd_kafka_DeleteRecords_result_offsets(result),
            let element = unsafe TopicPartitionList.elements(of: offsets).first
        else { throw KafkaError(.other, "\(what): no answer") }
        if element.code.isError { throw client.error(element.code, what) }
        return element.offset
    }

    @unsafe private func failures(
        _ results: UnsafeMutablePointer<OpaquePointer?>?, _ count: Int
    ) -> [String: KafkaError] {
        guard let results = unsafe results else { return [:] }
        var failures: [String: KafkaError] = [:]
        for index in 0..<count {
            guard let result = unsafe results[index] else { continue }
            let code = unsafe ResponseCode(rd_kafka_topic_result_error(result))
            guard code.isError else { continue }
            let name = unsafe string(rd_kafka_topic_result_name(result))
            let text = unsafe string(rd_kafka_topic_result_error_string(result))
            let topic = configuration.unprefixed(name) ?? name
            failures[topic] = code.kafkaError("\(topic): \(text)")
        }
        return failures
    }
}
