public import StreamsKafka
public import TopicCatalog

/// The topics of a cluster: reads how they are, and carries out a plan. It creates, grows and
/// alters; it deletes and shrinks nothing.
public struct TopicCluster {
    private let admin: KafkaAdmin

    /// Works through `admin`, whose configuration has the deployment's prefix.
    public init(_ admin: KafkaAdmin) {
        self.admin = admin
    }

    /// How those of `names` are that exist.
    public func topics(_ names: [String]) throws(KafkaError) -> [ClusterTopic] {
        let wanted = Set(names)
        let present = try admin.metadata().topics.filter { wanted.contains($0.name) }
        let settings = try admin.topicSettings(of: present.map(\.name))
        return present.map { topic in
            ClusterTopic(
                name: topic.name, partitions: Int32(topic.partitions.count),
                replicas: Int16(topic.partitions.map(\.replicas.count).min() ?? 0),
                settings: (settings[topic.name] ?? [:]).mapValues {
                    ClusterTopic.Setting($0.value, isOwn: $0.isOwn)
                })
        }
    }

    /// Carries out what the plan wants, but for what would break something.
    /// - Parameter progress: told of each change once it is made.
    /// - Returns: the error of each topic that could not be changed.
    public func apply(
        _ plan: TopicPlan, progress: (TopicChange) -> Void = { _ in }
    ) throws(KafkaError) -> [String: KafkaError] {
        var failures: [String: KafkaError] = [:]
        for change in plan.changes {
            if let failure = try make(change) {
                failures[change.topic] = failure
            } else if !change.isBreaking {
                progress(change)
            }
        }
        return failures
    }

    private func make(_ change: TopicChange) throws(KafkaError) -> KafkaError? {
        switch change.kind {
        case .create(let partitions, let replicas, let settings):
            let topic = NewTopic(
                change.topic, partitions: partitions, replicationFactor: Int32(replicas),
                settings: settings)
            return try admin.createTopics([topic])[change.topic]
        case .grow(_, let partitions):
            do throws(KafkaError) {
                try admin.createPartitions(of: change.topic, total: partitions)
                return nil
            } catch {
                return error
            }
        case .alter(_, let settings):
            try admin.replaceTopicSettings(of: change.topic, with: settings)
            return nil
        case .breaking: return nil
        }
    }
}
