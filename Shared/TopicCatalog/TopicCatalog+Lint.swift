internal import YAML

extension TopicCatalog {
    /// What is wrong with the declarations, beyond what a single key of a file can tell.
    public func lint() -> [TopicProblem] {
        var problems: [TopicProblem] = []
        let declared = topics.filter { $0.deadLettersOf == nil }
        var seen: [String: TopicDefinition] = [:]
        for topic in declared {
            if let first = seen.updateValue(topic, forKey: topic.name) {
                problems.append(
                    TopicProblem(
                        .name, "name: declared in \(first.place(of: "name")) already",
                        at: topic.place(of: "name")))
            }
            problems += Self.lintName(topic)
            problems += Self.lintUse(topic)
            problems += lintContent(topic)
        }
        problems += lintCopartitioning(declared)
        if profiles[ReplicationProfile.production] == nil {
            let file = declared.first?.place(of: "").file.split(
                separator: "/", omittingEmptySubsequences: false)
            let folder = (file?.dropLast() ?? []).joined(separator: "/")
            problems.append(
                TopicProblem(
                    .profile, "no profile '\(ReplicationProfile.production)'",
                    at: YAMLMark(file: "\(folder)/\(Self.profilesFile)", line: 1, column: 1)))
        }
        return problems
    }

    private static func lintName(_ topic: TopicDefinition) -> [TopicProblem] {
        let place = topic.place(of: "name")
        let bytes = topic.name.utf8
        let isPlain = bytes.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e
        }
        // Kafka takes 249 bytes; a prefix and `.dlq` need room.
        guard topic.name.hasPrefix("nervous."), isPlain, (9...200).contains(bytes.count) else {
            return [
                TopicProblem(
                    .name, "name: expected 'nervous.' and then a-z, 0-9, '-' and '.', at most 200",
                    at: place)
            ]
        }
        if topic.name.hasSuffix(".dlq") {
            return [
                TopicProblem(
                    .name, "name: dead letters are declared by 'deadLetter: true' of their source",
                    at: place)
            ]
        }
        guard place.file.hasSuffix("/\(topic.name).yaml") else {
            return [TopicProblem(.name, "name: the file should be \(topic.name).yaml", at: place)]
        }
        return []
    }

    private static func lintUse(_ topic: TopicDefinition) -> [TopicProblem] {
        var problems: [TopicProblem] = []
        func report(_ code: TopicProblem.Code, _ field: String, _ message: String) {
            problems.append(TopicProblem(code, "\(field): \(message)", at: topic.place(of: field)))
        }
        if topic.writers.isEmpty { report(.writers, "writers", "nobody writes it") }
        if topic.readers.isEmpty { report(.readers, "readers", "nobody reads it") }
        if Set(topic.writers).count < topic.writers.count { report(.writers, "writers", "twice") }
        if Set(topic.readers).count < topic.readers.count { report(.readers, "readers", "twice") }
        if topic.key.isEmpty {
            report(.key, "key", "say what records are keyed by, or 'none'")
        }
        if case .compact = topic.cleanup, !topic.isKeyed {
            report(.key, "key", "compaction needs keys")
        }
        if case .delete(let retentionMs) = topic.cleanup, retentionMs < 3_600_000 {
            report(.retention, "retention", "under 1h a reader that restarts loses messages")
        }
        let servesService = topic.readers.contains(where: \.isService) && !topic.isChangelog
        if servesService, !topic.hasDeadLetters {
            report(
                .deadLetters, "readers", "a service reads it, so it needs 'deadLetter: true'")
        }
        if topic.hasDeadLetters, !servesService {
            report(.deadLetters, "deadLetter", "no service reads it, so none writes dead letters")
        }
        if topic.order == .key, let problem = orderProblem(topic) {
            report(.order, "order", problem)
        }
        return problems
    }

    /// Why a topic's keys cannot wait for a dead letter; nil if they can.
    private static func orderProblem(_ topic: TopicDefinition) -> String? {
        guard topic.isKeyed, topic.hasDeadLetters else {
            return "'key' needs keys and 'deadLetter: true'"
        }
        switch topic.replay {
        case .free, .history: return nil
        case .reissue, .never:
            return "what waits would wait for ever, for nothing is replayed"
        }
    }

    private func lintContent(_ topic: TopicDefinition) -> [TopicProblem] {
        if topic.isChangelog { return Self.lintChangelog(topic) }
        var problems: [TopicProblem] = []
        if topic.schemas.isEmpty, topic.carries.isEmpty {
            problems.append(
                TopicProblem(
                    .schema, "schemas: missing; name the payloads' schemas, or what it 'carries'",
                    at: topic.place(of: "")))
        }
        for name in topic.carries where self.topic(name)?.schemas.isEmpty ?? true {
            problems.append(
                TopicProblem(
                    .schema, "carries: '\(name)' is no topic with schemas",
                    at: topic.place(of: "carries")))
        }
        return problems
    }

    private static func lintChangelog(_ topic: TopicDefinition) -> [TopicProblem] {
        var problems: [TopicProblem] = []
        if topic.cleanup != .compact {
            problems.append(
                TopicProblem(
                    .retention, "cleanup: a changelog that is not compacted loses tables",
                    at: topic.place(of: "cleanup")))
        }
        let owner = TopicActor.allCases.first { $0.changelogName == topic.name }
        guard let owner, topic.writers == [owner], topic.readers == [owner] else {
            problems.append(
                TopicProblem(
                    .writers,
                    "writers: nervous.<service>.state is written and read by its service alone",
                    at: topic.place(of: "writers")))
            return problems
        }
        return problems
    }

    /// A task of a service is one partition number of all that the service reads and of its
    /// changelog, so these have one number of partitions.
    private func lintCopartitioning(_ declared: [TopicDefinition]) -> [TopicProblem] {
        var problems: [TopicProblem] = []
        for service in TopicActor.allCases where service.isService {
            let read = declared.filter { $0.readers.contains(service) }
            guard let changelog = read.first(where: { $0.name == service.changelogName }) else {
                if let first = read.first {
                    problems.append(
                        TopicProblem(
                            .readers,
                            "readers: \(service.rawValue) has no changelog; declare "
                                + "\(service.changelogName ?? "it")",
                            at: first.place(of: "readers")))
                }
                continue
            }
            for topic in read where topic.partitions != changelog.partitions {
                problems.append(
                    TopicProblem(
                        .partitions,
                        "partitions: \(topic.partitions), but \(service.rawValue) reads it beside "
                            + "\(changelog.name), which has \(changelog.partitions)",
                        at: topic.place(of: "partitions")))
            }
        }
        return problems
    }
}
