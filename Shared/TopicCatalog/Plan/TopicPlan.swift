/// What has to be done so that a cluster has the topics that are declared. Topics that are not
/// declared are nobody's business here; nothing is ever deleted or made smaller.
public struct TopicPlan: Sendable, Hashable {
    /// The profile of replication that it was made for.
    public let profile: String
    /// What the deployment puts before the names of its topics.
    public let topicPrefix: String
    /// How many topics are declared.
    public let topicCount: Int
    /// The changes, by topic; of one topic what breaks comes first.
    public let changes: [TopicChange]

    /// Whether something differs that cannot be mended in place: `topics plan` then exits with 3.
    public var isBreaking: Bool { changes.contains(where: \.isBreaking) }

    /// The difference between a catalog and a cluster.
    /// - Parameters:
    ///   - cluster: the topics of the deployment, names without its prefix.
    ///   - topicPrefix: only shown.
    public static func make(
        catalog: TopicCatalog, cluster: [ClusterTopic], profile: ReplicationProfile,
        topicPrefix: String = ""
    ) -> TopicPlan {
        let present = Dictionary(cluster.map { ($0.name, $0) }) { first, _ in first }
        let changes = catalog.topics.flatMap { topic in
            Self.changes(of: topic, present[topic.name], profile)
        }
        return TopicPlan(
            profile: profile.name, topicPrefix: topicPrefix, topicCount: catalog.topics.count,
            changes: changes)
    }

    static func changes(
        of topic: TopicDefinition, _ present: ClusterTopic?, _ profile: ReplicationProfile
    ) -> [TopicChange] {
        let settings = topic.settings(for: profile)
        guard let present else {
            return [
                TopicChange(
                    topic: topic.name,
                    kind: .create(
                        partitions: topic.partitions, replicas: profile.replicas,
                        settings: settings))
            ]
        }
        var kinds: [TopicChange.Kind] = []
        if let kind = cleanupChange(topic, present) { kinds.append(kind) }
        if let kind = partitionChange(topic, present) { kinds.append(kind) }
        if let kind = replicaChange(present, profile) { kinds.append(kind) }
        if let kind = settingChange(settings, present) { kinds.append(kind) }
        let breaking = kinds.filter { if case .breaking = $0 { true } else { false } }
        let others = kinds.filter { if case .breaking = $0 { false } else { true } }
        return (breaking + others).map { TopicChange(topic: topic.name, kind: $0) }
    }

    private static func cleanupChange(
        _ topic: TopicDefinition, _ present: ClusterTopic
    ) -> TopicChange.Kind? {
        guard let policy = present.settings["cleanup.policy"]?.value,
            policy != topic.cleanup.policy
        else { return nil }
        return .breaking(
            reason: "cleanup.policy is '\(policy)', declared is '\(topic.cleanup.policy)'; "
                + "changing it deletes records that are kept now",
            remedy: "copy it to a new topic of the declared kind, or declare '\(policy)'")
    }

    private static func partitionChange(
        _ topic: TopicDefinition, _ present: ClusterTopic
    ) -> TopicChange.Kind? {
        if present.partitions > topic.partitions {
            return .breaking(
                reason: "\(present.partitions) partitions, declared are \(topic.partitions); "
                    + "Kafka never takes partitions away",
                remedy: "declare \(present.partitions), or move to a new topic")
        }
        guard present.partitions < topic.partitions else { return nil }
        // Dead letters have keys, but no state lies by them.
        if topic.isChangelog || topic.isKeyed && topic.deadLettersOf == nil {
            let what = topic.isChangelog ? "a changelog" : "a keyed topic"
            return .breaking(
                reason: "\(present.partitions) partitions, declared are \(topic.partitions); "
                    + "growing \(what) moves keys away from their state",
                remedy: "declare \(present.partitions), or move to a new deployment with another "
                    + "topicPrefix")
        }
        return .grow(from: present.partitions, to: topic.partitions)
    }

    private static func replicaChange(
        _ present: ClusterTopic, _ profile: ReplicationProfile
    ) -> TopicChange.Kind? {
        guard profile.name == ReplicationProfile.production,
            present.replicas < ReplicationProfile.productionFloor.replicas
        else { return nil }
        return .breaking(
            reason: "\(present.replicas) replicas; \(profile.name) needs \(profile.replicas)",
            remedy: "reassign its partitions (kafka-reassign-partitions), then plan again")
    }

    /// What differs, where the broker tells its own value. The development broker keeps no record of
    /// some settings; what cannot be compared is left alone, or each apply would find it again.
    private static func settingChange(
        _ settings: [String: String], _ present: ClusterTopic
    ) -> TopicChange.Kind? {
        var replacement: [String: String] = [:]
        for (name, setting) in present.settings where setting.isOwn {
            replacement[name] = setting.value
        }
        var changed: [TopicChange.SettingChange] = []
        for (name, value) in settings.sorted(by: { $0.key < $1.key })
        where name != "cleanup.policy" {
            replacement[name] = value
            guard let setting = present.settings[name], setting.value != value else { continue }
            changed.append(.init(name: name, from: setting.value, to: value))
        }
        return changed.isEmpty ? nil : .alter(changed, replaceWith: replacement)
    }
}
