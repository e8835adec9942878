internal import StreamsKafka
internal import TopicCatalog

/// Makes the changes of a plan that break nothing. It blocks.
struct TopicApplication: Sendable {
    private let admin: KafkaAdmin
    private let report: @Sendable (String) -> Void

    /// - Parameter report: Is told each change that was made.
    init(_ admin: KafkaAdmin, report: @escaping @Sendable (String) -> Void) {
        self.admin = admin
        self.report = report
    }

    /// Makes what is missing, alters settings and adds partitions where that moves no key.
    /// - Returns: What could not be done, a line each.
    func apply(_ plan: TopicPlan) throws(KafkaError) -> [String] {
        var failures = try create(plan)
        for change in plan.changes {
            do throws(KafkaError) {
                switch change.kind {
                case .create, .breaking: continue
                case .alter(let changed, let settings):
                    try admin.replaceTopicSettings(of: change.topic, with: settings)
                    let names = changed.map(\.name).joined(separator: ", ")
                    report("altered \(change.topic): \(names)")
                case .grow(_, let total):
                    try admin.createPartitions(of: change.topic, total: total)
                    report("grown \(change.topic) to \(total) partitions")
                }
            } catch {
                guard !error.isRetriable else { throw error }
                failures.append("\(change.topic): \(error.message)")
            }
        }
        return failures
    }

    private func create(_ plan: TopicPlan) throws(KafkaError) -> [String] {
        let missing = plan.changes.compactMap { change -> NewTopic? in
            guard case .create(let partitions, let replicas, let settings) = change.kind else {
                return nil
            }
            return NewTopic(
                change.topic, partitions: partitions, replicationFactor: Int32(replicas),
                settings: settings)
        }
        let refused = try admin.createTopics(missing)
        for topic in missing where refused[topic.name] == nil {
            report("created \(topic.name)")
        }
        // Somebody who made it at the same moment did no harm; the next plan compares it.
        return refused.filter { $0.value.code != .alreadyExists }.sorted { $0.key < $1.key }
            .map { "\($0.key): \($0.value.message)" }
    }
}

extension KafkaAdmin {
    /// The declared topics that the cluster has, as the plan compares them. It blocks.
    func clusterTopics(of catalog: TopicCatalog) throws(KafkaError) -> [ClusterTopic] {
        let present = try metadata().topics.filter { catalog.topic($0.name) != nil }
        let settings = try topicSettings(of: present.map(\.name))
        return present.map { topic in
            ClusterTopic(
                name: topic.name, partitions: Int32(topic.partitions.count),
                replicas: Int16(clamping: topic.partitions.map(\.replicas.count).min() ?? 0),
                settings: (settings[topic.name] ?? [:]).mapValues {
                    .init($0.value, isOwn: $0.isOwn)
                })
        }
    }
}
