public import JSON

extension TopicPlan {
    /// The plan for people: a line a change, and a summary.
    public var text: String {
        var lines = changes.flatMap(lines)
        lines.append(summary)
        return lines.joined(separator: "\n")
    }

    /// `2 to create, 1 to alter, 1 BREAKING`, or that all is as declared.
    public var summary: String {
        var counts = [0, 0, 0, 0]
        for change in changes { counts[Self.rank(change.kind)] += 1 }
        let names = ["to create", "to alter", "to grow", "BREAKING"]
        let parts = zip(counts, names).filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return parts.isEmpty
            ? "nothing to do: \(topicCount) topics are as declared (profile \(profile))"
            : "\(parts.joined(separator: ", ")) (profile \(profile), \(topicCount) topics declared)"
    }

    /// The plan for programs.
    public var json: JSONValue {
        .object([
            "profile": .string(profile), "topicPrefix": .string(topicPrefix),
            "breaking": .bool(isBreaking), "topics": .int(Int64(topicCount)),
            "changes": .array(changes.map(Self.json)),
        ])
    }

    private static func rank(_ kind: TopicChange.Kind) -> Int {
        switch kind {
        case .create: 0
        case .alter: 1
        case .grow: 2
        case .breaking: 3
        }
    }

    private func lines(_ change: TopicChange) -> [String] {
        let name = topicPrefix + change.topic
        switch change.kind {
        case .create(let partitions, let replicas, let settings):
            let head =
                "+ \(name): create, \(partitions) partition\(partitions == 1 ? "" : "s"), "
                + "\(replicas) replica\(replicas == 1 ? "" : "s")"
            return [head]
                + settings.sorted { $0.key < $1.key }.map { "    \($0.key)=\($0.value)" }
        case .alter(let changed, _):
            return ["~ \(name): alter"]
                + changed.map { "    \($0.name): \($0.from ?? "(none)") -> \($0.to)" }
        case .grow(let from, let to):
            return ["^ \(name): grow from \(from) to \(to) partitions"]
        case .breaking(let reason, let remedy):
            return ["! \(name): BREAKING: \(reason)", "    \(remedy)"]
        }
    }

    private static func json(_ change: TopicChange) -> JSONValue {
        var fields: [String: JSONValue] = ["topic": .string(change.topic)]
        switch change.kind {
        case .create(let partitions, let replicas, let settings):
            fields["change"] = "create"
            fields["partitions"] = .int(Int64(partitions))
            fields["replicas"] = .int(Int64(replicas))
            fields["settings"] = .object(settings.mapValues { .string($0) })
        case .alter(let changed, _):
            fields["change"] = "alter"
            fields["settings"] = .array(
                changed.map {
                    [
                        "name": .string($0.name), "to": .string($0.to),
                        "from": $0.from.map { .string($0) } ?? .null,
                    ]
                })
        case .grow(let from, let to):
            fields["change"] = "grow"
            fields["from"] = .int(Int64(from))
            fields["to"] = .int(Int64(to))
        case .breaking(let reason, let remedy):
            fields["change"] = "breaking"
            fields["reason"] = .string(reason)
            fields["remedy"] = .string(remedy)
        }
        return .object(fields)
    }
}
