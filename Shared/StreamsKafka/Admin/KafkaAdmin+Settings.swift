internal import CRdKafka

extension KafkaAdmin {
    /// The settings of topics, by topic, by name.
    /// - Throws: `notFound` if one of the topics is not there.
    public func topicSettings(
        of topics: [String], timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> [String: [String: TopicSetting]] {
        if topics.isEmpty { return [:] }
        var items = unsafe topics.map {
            unsafe rd_kafka_ConfigResource_new(
                RD_KAFKA_RESOURCE_TOPIC, configuration.prefixed($0))
        }
        defer { unsafe rd_kafka_ConfigResource_destroy_array(&items, items.count) }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, "settings of topics", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_DescribeConfigs(client.handle, &items, items.count, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_DescribeConfigs_result(event.pointer)
        let resources = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count)
        var settings: [String: [String: TopicSetting]] = [:]
        for index in 0..<count {
            guard let resource = unsafe resources?[index] else { continue }
            let topic = try unsafe checkedTopic(resource)
            settings[topic] = unsafe entries(of: resource)
        }
        return settings
    }

    /// Gives a topic these settings of its own and no other: one that it has and that is left out
    /// goes back to the broker's default. (The library cannot alter a single one.)
    public func replaceTopicSettings(
        of topic: String, with settings: [String: String], timeoutMs: Int32 = 15_000
    ) throws(KafkaError) {
        guard
            let made = unsafe rd_kafka_ConfigResource_new(
                RD_KAFKA_RESOURCE_TOPIC, configuration.prefixed(topic))
        else { throw KafkaError(.fatal, "out of memory") }
        var items: [OpaquePointer?] = unsafe [made]
        defer { unsafe rd_kafka_ConfigResource_destroy_array(&items, items.count) }
        for (name, value) in settings {
            _ = unsafe rd_kafka_ConfigResource_set_config(made, name, value)
        }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_ALTERCONFIGS, "settings of \(topic)", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_AlterConfigs(client.handle, &items, items.count, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_AlterConfigs_result(event.pointer)
        let resources = unsafe rd_kafka_AlterConfigs_result_resources(result, &count)
        for index in 0..<count {
            guard let resource = unsafe resources?[index] else { continue }
            _ = try unsafe checkedTopic(resource)
        }
    }

    @unsafe private func checkedTopic(_ resource: OpaquePointer) throws(KafkaError) -> String {
        let name = unsafe string(rd_kafka_ConfigResource_name(resource))
        let topic = configuration.unprefixed(name) ?? name
        let code = unsafe ResponseCode(rd_kafka_ConfigResource_error(resource))
        if code.isError {
            let text = unsafe string(rd_kafka_ConfigResource_error_string(resource))
            throw code.kafkaError("\(topic): \(text)")
        }
        return topic
    }

    @unsafe private func entries(of resource: OpaquePointer) -> [String: TopicSetting] {
        var count = 0
        guard let entries = unsafe rd_kafka_ConfigResource_configs(resource, &count) else {
            return [:]
        }
        var settings: [String: TopicSetting] = [:]
        for index in 0..<count {
            guard let entry = unsafe entries[index] else { continue }
            let name = unsafe string(rd_kafka_ConfigEntry_name(entry))
            let value = unsafe rd_kafka_ConfigEntry_value(entry)
            let source = unsafe rd_kafka_ConfigEntry_source(entry)
            settings[name] = unsafe TopicSetting(
                name: name, value: value.map { unsafe string($0) },
                isOwn: source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG,
                isReadOnly: rd_kafka_ConfigEntry_is_read_only(entry) == 1)
        }
        return settings
    }
}
