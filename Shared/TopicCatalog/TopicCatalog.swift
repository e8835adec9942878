/// The topics of a deployment, as the files of topics/ declare them.
///
///     let catalog = try TopicCatalog.load(directory: "topics")
///     let plan = TopicPlan.make(catalog: catalog, cluster: topics, profile: profile)
public struct TopicCatalog: Sendable {
    /// Every topic by name, dead-letter topics included.
    public let topics: [TopicDefinition]
    /// The profiles of replication by name.
    public let profiles: [String: ReplicationProfile]
    /// Who the writers and readers are at Kafka.
    public let identities: [TopicActor: KafkaIdentity]
    /// The schemas of the payloads.
    public let schemas: PayloadSchemas

    private let byName: [String: TopicDefinition]

    /// A catalog of these declarations; their dead-letter topics follow.
    init(
        declared: [TopicDefinition], profiles: [String: ReplicationProfile],
        identities: [TopicActor: KafkaIdentity] = [:], schemas: PayloadSchemas
    ) {
        let all = declared + declared.compactMap(\.deadLetters)
        topics = all.sorted { $0.name < $1.name }
        byName = Dictionary(all.map { ($0.name, $0) }) { first, _ in first }
        self.profiles = profiles
        self.identities = identities
        self.schemas = schemas
    }

    /// The topic of that name; nil if none is declared.
    public func topic(_ name: String) -> TopicDefinition? { byName[name] }
}
