public import JSON
public import StreamsKafka

extension AccessPlan {
    /// The plan for people: a line for each principal and operation of a resource, and a summary.
    public var text: String {
        (missing.map { "+ \($0.text)" } + foreign.map { "? \($0.text)" } + [summary])
            .joined(separator: "\n")
    }

    /// `3 to add, 1 of others (left alone), 168 declared`, or that all is as declared.
    public var summary: String {
        var parts = missing.isEmpty ? ["nothing to add"] : ["\(missing.count) to add"]
        if !foreign.isEmpty { parts.append("\(foreign.count) of others (left alone)") }
        return parts.joined(separator: ", ") + " (\(declaredCount) rights declared)"
    }

    /// The plan for programs.
    public var json: JSONValue {
        .object([
            "declared": .int(Int64(declaredCount)), "missing": .array(missing.map(\.json)),
            "foreign": .array(foreign.map(\.json)),
        ])
    }
}

extension AccessRule {
    /// `User:os-core may write topic nervous.alert`.
    public var text: String {
        let from = host == "*" ? "" : " from \(host)"
        let verb = isAllowed ? "may" : "may not"
        let star = pattern == .prefixed ? "*" : ""
        return "\(principal)\(from) \(verb) \(operation.rawValue) "
            + "\(resource.rawValue) \(name)\(star)"
    }

    /// The rule for programs.
    public var json: JSONValue {
        .object([
            "resource": .string(resource.rawValue), "name": .string(name),
            "pattern": .string(pattern.rawValue), "principal": .string(principal),
            "host": .string(host), "operation": .string(operation.rawValue),
            "allowed": .bool(isAllowed),
        ])
    }
}
