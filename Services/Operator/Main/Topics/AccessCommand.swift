internal import StreamsKafka

/// Rules about transactional ids as Kafka's own `kafka-acls.sh` takes them.
enum AccessCommand {
    /// The arguments of one run for each principal and id.
    static func lines(
        _ rules: [AccessRule], bootstrapServers: String, configuration: String?
    ) -> [[String]] {
        struct Subject: Hashable {
            let principal: String
            let name: String
        }
        var operations: [Subject: [String]] = [:]
        var subjects: [Subject] = []
        for rule in rules {
            let subject = Subject(principal: rule.principal, name: rule.name)
            if operations[subject] == nil { subjects.append(subject) }
            operations[subject, default: []] += ["--operation", rule.operation.kafkaName]
        }
        return subjects.map { subject in
            ["--bootstrap-server", bootstrapServers]
                + (configuration.map { ["--command-config", $0] } ?? [])
                + ["--add", "--allow-principal", subject.principal]
                + ["--transactional-id", subject.name, "--resource-pattern-type", "prefixed"]
                + (operations[subject] ?? [])
        }
    }
}

extension AccessRule.Operation {
    fileprivate var kafkaName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
