internal import CRdKafka
internal import Contracts

extension KafkaAdmin {
    /// The names of the deployment's groups.
    public func groups(timeoutMs: Int32 = 15_000) throws(KafkaError) -> [String] {
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, "groups", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_ListConsumerGroups(client.handle, options, queue)
        }
        let result = unsafe rd_kafka_event_ListConsumerGroups_result(event.pointer)
        var errorCount = 0
        let errors = unsafe rd_kafka_ListConsumerGroups_result_errors(result, &errorCount)
        // An incomplete list is worse than none: who reads it takes what is missing for absent.
        if errorCount > 0, let error = unsafe errors?[0] {
            let code = unsafe ResponseCode(rd_kafka_error_code(error))
            throw client.error(code, "groups of one of the brokers")
        }
        var count = 0
        let groups = unsafe rd_kafka_ListConsumerGroups_result_valid(result, &count)
        return (0..<count).compactMap { index in
            guard let group = unsafe groups?[index] else { return nil }
            return unsafe configuration.unprefixed(
                string(rd_kafka_ConsumerGroupListing_group_id(group)))
        }.sorted()
    }

    /// Who is in a group, and what each member owns. A group that is not there is `Dead`.
    public func describeGroup(
        _ name: String, timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> GroupDescription {
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, "group \(name)", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe configuration.prefixed(name).withCString { pointer in
                var names: [UnsafePointer<CChar>?] = unsafe [pointer]
                unsafe rd_kafka_DescribeConsumerGroups(
                    client.handle, &names, names.count, options, queue)
            }
        }
        var count = 0
        let result = unsafe rd_kafka_event_DescribeConsumerGroups_result(event.pointer)
        guard
            let groups = unsafe rd_kafka_DescribeConsumerGroups_result_groups(result, &count),
            count > 0, let group = unsafe groups[0]
        else { throw KafkaError(.notFound, "group \(name)") }
        if let error = unsafe rd_kafka_ConsumerGroupDescription_error(group) {
            throw unsafe client.error(ResponseCode(rd_kafka_error_code(error)), "group \(name)")
        }
        let state = unsafe rd_kafka_ConsumerGroupDescription_state(group)
        return unsafe GroupDescription(
            name: name, state: string(rd_kafka_consumer_group_state_name(state)),
            assignor: string(rd_kafka_ConsumerGroupDescription_partition_assignor(group)),
            members: (0..<rd_kafka_ConsumerGroupDescription_member_count(group)).compactMap {
                unsafe rd_kafka_ConsumerGroupDescription_member(group, $0).map {
                    unsafe member($0)
                }
            })
    }

    /// The offsets that a group has committed, by partition number; without those that it has not.
    public func committedOffsets(
        group: String, topic: String, partitions: [Int32], timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> [Int32: Int64] {
        let list = TopicPartitionList(capacity: partitions.count)
        for partition in partitions { list.add(configuration.prefixed(topic), partition) }
        // Not by ListConsumerGroupOffsets: where the group's coordinator has moved or is starting,
        // this version looks for the group of the client that asks, and an administrative one has
        // none: the process ends by SIGSEGV.
        let asking = try offsetsClient(of: group)
        let code = unsafe ResponseCode(
            rd_kafka_committed(asking.handle, list.pointer, timeoutMs))
        if let failed = code.isError ? code : list.firstError {
            throw asking.error(failed, "offsets of \(topic) of group \(group)")
        }
        var committed: [Int32: Int64] = [:]
        for element in list.elements where element.offset >= 0 {
            committed[element.partition] = element.offset
        }
        return committed
    }

    private func offsetsClient(of group: String) throws(KafkaError) -> KafkaClient {
        if let known = offsetsClients.withLock({ $0[group] }) { return known }
        var configuration = configuration
        configuration.instanceID = nil
        let made = try KafkaClient(.groupOffsets(group: group), configuration) { _ in }
        return offsetsClients.withLock { clients in
            let kept = clients[group] ?? made
            clients[group] = kept
            return kept
        }
    }

    /// Deletes groups that nobody is in.
    /// - Returns: Of each group that was not deleted the reason.
    public func deleteGroups(
        _ names: [String], timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> [String: KafkaError] {
        if names.isEmpty { return [:] }
        var items = unsafe names.map { unsafe rd_kafka_DeleteGroup_new(configuration.prefixed($0)) }
        defer { unsafe rd_kafka_DeleteGroup_destroy_array(&items, items.count) }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_DELETEGROUPS, "delete groups", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_DeleteGroups(client.handle, &items, items.count, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_DeleteGroups_result(event.pointer)
        let results = unsafe rd_kafka_DeleteGroups_result_groups(result, &count)
        var failures: [String: KafkaError] = [:]
        for index in 0..<count {
            guard let group = unsafe results?[index],
                let error = unsafe rd_kafka_group_result_error(group)
            else { continue }
            let full = unsafe string(rd_kafka_group_result_name(group))
            let name = configuration.unprefixed(full) ?? full
            failures[name] = unsafe ResponseCode(rd_kafka_error_code(error)).kafkaError(name)
        }
        return failures
    }

    @unsafe private func member(_ member: OpaquePointer) -> GroupDescription.Member {
        var assignment: [String: [Int32]] = [:]
        if let owned = unsafe rd_kafka_MemberDescription_assignment(member),
            let list = unsafe rd_kafka_MemberAssignment_partitions(owned)
        {
            for element in unsafe TopicPartitionList.elements(of: list) {
                let topic = configuration.unprefixed(element.topic) ?? element.topic
                assignment[topic, default: []].append(element.partition)
            }
        }
        let instance = unsafe rd_kafka_MemberDescription_group_instance_id(member)
        return unsafe GroupDescription.Member(
            id: string(rd_kafka_MemberDescription_consumer_id(member)),
            instanceID: instance.map { unsafe string($0) },
            clientID: string(rd_kafka_MemberDescription_client_id(member)),
            host: string(rd_kafka_MemberDescription_host(member)),
            assignment: assignment.mapValues { $0.sorted() })
    }
}
