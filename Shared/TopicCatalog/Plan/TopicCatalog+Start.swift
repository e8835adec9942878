extension TopicCatalog {
    /// The names of the topics that a service needs: what it reads and writes, its changelog, and
    /// the dead-letter topics of what it reads.
    public func topicNames(inputs: [String], outputs: [String], changelog: String?) -> [String] {
        let letters = inputs.compactMap { topic($0)?.deadLetters?.name }
        var seen: Set<String> = []
        return (inputs + outputs + [changelog].compactMap { $0 } + letters)
            .filter { seen.insert($0).inserted }
    }

    /// Why a service that needs these topics may not start, each line with the command that mends
    /// it; none if it may.
    ///
    /// Replication is not looked at: a service does not know the profile, and works with any.
    /// - Parameters:
    ///   - topicNames: names without the deployment's prefix.
    ///   - cluster: the topics of the deployment, names without its prefix.
    public func startProblems(
        forTopics topicNames: [String], cluster: [ClusterTopic], topicPrefix: String = ""
    ) -> [String] {
        let present = Dictionary(cluster.map { ($0.name, $0) }) { first, _ in first }
        return topicNames.sorted().flatMap { name -> [String] in
            let shown = topicPrefix + name
            guard let topic = topic(name) else {
                return ["\(shown): topics/ does not declare it; `dreamnet topics lint` says more"]
            }
            var comparable = present[name]
            comparable?.settings["min.insync.replicas"] = nil
            let changes = TopicPlan.changes(
                of: topic, comparable,
                ReplicationProfile(name: "any", replicas: 1, minInSync: 1))
            return changes.map { Self.startProblem($0, shown) }
        }
    }

    private static func startProblem(_ change: TopicChange, _ shown: String) -> String {
        switch change.kind {
        case .create: "\(shown): not in the cluster; make it with `dreamnet topics apply`"
        case .alter(let changed, _):
            "\(shown): "
                + changed.map { "\($0.name) is \($0.from ?? "not set"), declared is \($0.to)" }
                .joined(separator: ", ") + "; set it with `dreamnet topics apply`"
        case .grow(let from, let to):
            "\(shown): \(from) partitions, declared are \(to); add them with "
                + "`dreamnet topics apply`"
        case .breaking(let reason, let remedy):
            "\(shown): \(reason); \(remedy) (`dreamnet topics plan` shows all)"
        }
    }
}
