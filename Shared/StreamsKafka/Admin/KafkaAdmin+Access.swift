internal import CRdKafka

extension KafkaAdmin {
    /// Every rule of the authorizer.
    /// - Throws: `noAuthorizer` if the broker has none; `unauthorized` if we may not see them.
    public func accessRules(timeoutMs: Int32 = 15_000) throws(KafkaError) -> [AccessRule] {
        try checkAuthorizer(timeoutMs: timeoutMs)
        let filter = unsafe withErrorText { text, count in
            unsafe rd_kafka_AclBindingFilter_new(
                RD_KAFKA_RESOURCE_ANY, nil, RD_KAFKA_RESOURCE_PATTERN_ANY, nil, nil,
                RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, text, count)
        }
        guard let pointer = unsafe filter.0 else {
            throw unsafe KafkaError(.configuration, filter.1)
        }
        defer { unsafe rd_kafka_AclBinding_destroy(pointer) }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_DESCRIBEACLS, "access rules", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_DescribeAcls(client.handle, pointer, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_DescribeAcls_result(event.pointer)
        let bindings = unsafe rd_kafka_DescribeAcls_result_acls(result, &count)
        return (0..<count).compactMap { index in
            unsafe (bindings?[index]).map { unsafe Self.rule($0) }
        }
    }

    /// The library (2.0.2) drops the error of the answer to a question for rules: a broker without an
    /// authorizer, and one that refuses to tell, look like one without rules. So it is asked before to
    /// add a rule that none takes.
    private func checkAuthorizer(timeoutMs: Int32) throws(KafkaError) {
        let probe = AccessRule(
            .cluster, "no-name-of-a-cluster", principal: "User:nobody", operation: .describe)
        guard let failure = try addAccessRules([probe], timeoutMs: timeoutMs)[probe] else {
            throw KafkaError(.other, "the broker took a rule about a cluster that is not there")
        }
        if failure.code != .refused { throw failure }
    }

    /// Adds rules; one that is there already stays as it is.
    /// - Returns: of each rule that was not added the reason.
    /// - Throws: `noAuthorizer` if the broker has none.
    public func addAccessRules(
        _ rules: [AccessRule], timeoutMs: Int32 = 15_000
    ) throws(KafkaError) -> [AccessRule: KafkaError] {
        if rules.isEmpty { return [:] }
        var bindings: [OpaquePointer?] = unsafe []
        defer { unsafe rd_kafka_AclBinding_destroy_array(&bindings, bindings.count) }
        for rule in rules { unsafe bindings.append(try unsafe Self.binding(rule)) }
        let event = try unsafe perform(
            RD_KAFKA_ADMIN_OP_CREATEACLS, "access rules", timeoutMs: timeoutMs
        ) { options, queue in
            unsafe rd_kafka_CreateAcls(client.handle, &bindings, bindings.count, options, queue)
        }
        var count = 0
        let result = unsafe rd_kafka_event_CreateAcls_result(event.pointer)
        let results = unsafe rd_kafka_CreateAcls_result_acls(result, &count)
        guard count == rules.count else {
            throw KafkaError(.other, "\(count) answers to \(rules.count) access rules")
        }
        var failures: [AccessRule: KafkaError] = [:]
        for (index, rule) in rules.enumerated() {
            guard let error = unsafe rd_kafka_acl_result_error(results?[index]) else { continue }
            let code = unsafe ResponseCode(rd_kafka_error_code(error))
            let failure = unsafe code.kafkaError(string(rd_kafka_error_string(error)))
            if failure.code == .noAuthorizer { throw failure }
            failures[rule] = failure
        }
        return failures
    }

    @unsafe private static func binding(_ rule: AccessRule) throws(KafkaError) -> OpaquePointer {
        let made = unsafe withErrorText { text, count in
            unsafe rd_kafka_AclBinding_new(
                resourceType(rule.resource), rule.name,
                rule.pattern == .prefixed
                    ? RD_KAFKA_RESOURCE_PATTERN_PREFIXED : RD_KAFKA_RESOURCE_PATTERN_LITERAL,
                rule.principal, rule.host,
                operations.first { $0.1 == rule.operation }?.0 ?? RD_KAFKA_ACL_OPERATION_UNKNOWN,
                rule.isAllowed
                    ? RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW : RD_KAFKA_ACL_PERMISSION_TYPE_DENY,
                text, count)
        }
        guard let binding = unsafe made.0 else {
            throw unsafe KafkaError(
                .configuration, "\(rule.resource.rawValue) \(rule.name): \(made.1)")
        }
        return unsafe binding
    }

    private static func resourceType(_ resource: AccessRule.Resource) -> rd_kafka_ResourceType_t {
        switch resource {
        case .topic: RD_KAFKA_RESOURCE_TOPIC
        case .group: RD_KAFKA_RESOURCE_GROUP
        // The library's name for it; Kafka's is CLUSTER.
        case .cluster: RD_KAFKA_RESOURCE_BROKER
        case .transactionalID: RD_KAFKA_RESOURCE_UNKNOWN
        }
    }

    @unsafe private static func rule(_ binding: OpaquePointer) -> AccessRule {
        let resource: AccessRule.Resource =
            switch unsafe rd_kafka_AclBinding_restype(binding) {
            case RD_KAFKA_RESOURCE_TOPIC: .topic
            case RD_KAFKA_RESOURCE_GROUP: .group
            case RD_KAFKA_RESOURCE_BROKER: .cluster
            default: .transactionalID
            }
        let pattern = unsafe rd_kafka_AclBinding_resource_pattern_type(binding)
        let operation = unsafe rd_kafka_AclBinding_operation(binding)
        let permission = unsafe rd_kafka_AclBinding_permission_type(binding)
        return unsafe AccessRule(
            resource, string(rd_kafka_AclBinding_name(binding)),
            pattern: pattern == RD_KAFKA_RESOURCE_PATTERN_PREFIXED ? .prefixed : .literal,
            principal: string(rd_kafka_AclBinding_principal(binding)),
            host: string(rd_kafka_AclBinding_host(binding)),
            operation: operations.first { $0.0 == operation }?.1 ?? .unknown,
            isAllowed: permission == RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW)
    }

    private static let operations: [(rd_kafka_AclOperation_t, AccessRule.Operation)] = [
        (RD_KAFKA_ACL_OPERATION_ALL, .all), (RD_KAFKA_ACL_OPERATION_READ, .read),
        (RD_KAFKA_ACL_OPERATION_WRITE, .write), (RD_KAFKA_ACL_OPERATION_CREATE, .create),
        (RD_KAFKA_ACL_OPERATION_DELETE, .delete), (RD_KAFKA_ACL_OPERATION_ALTER, .alter),
        (RD_KAFKA_ACL_OPERATION_DESCRIBE, .describe),
        (RD_KAFKA_ACL_OPERATION_CLUSTER_ACTION, .clusterAction),
        (RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS, .describeConfigs),
        (RD_KAFKA_ACL_OPERATION_ALTER_CONFIGS, .alterConfigs),
        (RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE, .idempotentWrite),
    ]
}
