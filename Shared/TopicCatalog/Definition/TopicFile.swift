internal import YAML

/// Reads a topic's file.
enum TopicFile {
    /// The topic that a file declares; nil if something in it cannot be read.
    static func read(
        _ name: String, in folder: CatalogFolder, _ problems: inout [TopicProblem]
    ) -> TopicDefinition? {
        guard let bytes = folder.bytes(name) else {
            problems.append(TopicProblem(.unreadable, "cannot be read", at: folder.mark(name)))
            return nil
        }
        do throws(YAMLError) {
            let map = try YAML.parse(bytes, file: folder.shown(name)).mapping()
            let places = places(map)
            // Told first: a key that is missing is often one that is misspelt.
            for error in map.unknownKeys() {
                problems.append(TopicProblem(.malformed, error.message, at: error.mark))
            }
            return try definition(map, places)
        } catch {
            problems.append(TopicProblem(.malformed, error.message, at: error.mark))
            return nil
        }
    }

    private static func definition(
        _ map: YAMLMapping, _ places: [String: YAMLMark]
    ) throws(YAMLError) -> TopicDefinition {
        TopicDefinition(
            name: try map.string("name"),
            description: try map.string("description"),
            key: try map.string("key"),
            partitions: Int32(try map.int("partitions", in: 1...1000)),
            cleanup: try cleanup(map),
            maxMessageBytes: try map.sizeBytes("maxMessage", in: (64 * 1024)...(4 * 1024 * 1024)),
            timestamp: try map.choice("timestamp", of: TopicTimestamp.self),
            format: try map.optionalChoice("format", of: TopicFormat.self) ?? .json,
            replay: try map.choice("replay", of: ReplayPolicy.self),
            writers: try actors("writers", map),
            readers: try actors("readers", map),
            schemas: try map.optionalStrings("schemas"),
            carries: try map.optionalStrings("carries"),
            hasDeadLetters: try map.optionalBool("deadLetter") ?? false,
            order: try map.optionalChoice("order", of: TopicOrder.self) ?? .none,
            retry: try retry(map),
            poison: try poison(map),
            deadLettersOf: nil,
            extraSettings: try settings(map),
            places: places)
    }

    private static func cleanup(_ map: YAMLMapping) throws(YAMLError) -> TopicCleanup {
        enum Policy: String, CaseIterable { case delete, compact }
        switch try map.choice("cleanup", of: Policy.self) {
        case .delete:
            return .delete(retentionMs: try map.durationMs("retention", in: 60_000...Int64.max))
        case .compact:
            if let field = map.optional("retention") {
                throw field.error("a compacted topic keeps the newest of each key for ever")
            }
            return .compact
        }
    }

    private static func actors(
        _ key: String, _ map: YAMLMapping
    ) throws(YAMLError) -> [TopicActor] {
        var actors: [TopicActor] = []
        for field in try map.list(key) { actors.append(try field.choice(of: TopicActor.self)) }
        return actors
    }

    private static func retry(_ map: YAMLMapping) throws(YAMLError) -> TopicRetry? {
        guard let map = try map.optionalMapping("retry") else { return nil }
        var retry = TopicRetry()
        retry.attempts = try map.optionalInt("attempts", in: 1...50) ?? retry.attempts
        retry.backoffMs =
            try map.optionalDurationMs("backoff", in: 100...3_600_000) ?? retry.backoffMs
        retry.backoffMaxMs =
            try map.optionalDurationMs("backoffMax", in: retry.backoffMs...(24 * 3_600_000))
            ?? max(retry.backoffMaxMs, retry.backoffMs)
        try map.rejectUnknownKeys()
        return retry
    }

    private static func poison(_ map: YAMLMapping) throws(YAMLError) -> TopicPoison? {
        guard let map = try map.optionalMapping("poison") else { return nil }
        var poison = TopicPoison()
        poison.runMax = try map.optionalInt("run", in: 1...1_000_000) ?? poison.runMax
        if let field = map.optional("ratio") { poison.ratioMax = try field.fraction() }
        poison.window = try map.optionalInt("window", in: 1...100_000) ?? poison.window
        poison.delayMs = try map.optionalDurationMs("delay", in: 1...60_000) ?? poison.delayMs
        try map.rejectUnknownKeys()
        return poison
    }

    /// Settings that a key of the file stands for already.
    private static let managed: Set<String> = [
        "cleanup.policy", "retention.ms", "max.message.bytes", "message.timestamp.type",
        "min.insync.replicas",
    ]

    private static func settings(_ map: YAMLMapping) throws(YAMLError) -> [String: String] {
        var settings: [String: String] = [:]
        for (name, _, field) in try map.optionalMapping("settings")?.entries() ?? [] {
            guard !managed.contains(name) else {
                throw field.error("is said by a key of the file's own")
            }
            settings[name] = try field.string()
        }
        return settings
    }

    /// Where the keys that are known stand; from then on all others are unknown.
    private static func places(_ map: YAMLMapping) -> [String: YAMLMark] {
        var places = ["": map.mark]
        for key in known {
            if let field = map.optional(key) { places[key] = field.mark }
        }
        return places
    }

    private static let known = [
        "name", "description", "key", "partitions", "cleanup", "retention", "maxMessage",
        "timestamp", "format", "replay", "writers", "readers", "schemas", "carries", "deadLetter",
        "order", "retry", "poison", "settings",
    ]
}
