internal import Runtime
public import StreamsKafka
internal import TopicCatalog

/// The topics of topics/ on a test broker, under a prefix that is the test's own.
public enum TestTopics {
    /// Creates them all.
    /// - Parameter profile: of topics/profiles.yaml.
    public static func apply(
        _ configuration: KafkaConfiguration, profile name: String = "development"
    ) throws {
        let catalog = try TopicCatalog.load(directory: ProjectPaths.path("topics"))
        guard let profile = catalog.profiles[name] else {
            throw TestBrokerError(description: "topics/profiles.yaml has no profile \(name)")
        }
        let admin = try KafkaAdmin(configuration) { _ in }
        let cluster = TopicCluster(admin)
        let plan = TopicPlan.make(
            catalog: catalog, cluster: try cluster.topics(catalog.topics.map(\.name)),
            profile: profile, topicPrefix: configuration.topicPrefix)
        let failures = try cluster.apply(plan)
        if let (topic, error) = failures.first {
            throw TestBrokerError(description: "\(topic) cannot be created: \(error)")
        }
    }

    /// Removes what has the prefix: topics, and groups where no member is left.
    public static func remove(_ configuration: KafkaConfiguration) {
        guard !configuration.topicPrefix.isEmpty,
            let admin = try? KafkaAdmin(configuration, log: { _ in }),
            let topics = try? admin.metadata().topics.map(\.name)
        else { return }
        _ = try? admin.deleteTopics(topics)
    }
}
