public import StreamsKafka
public import TopicCatalog

/// The rules that the writers and readers of the topics need, compared with an authorizer's.
///
/// What is there already is left alone, and so is what others have made; of that, what touches
/// something of ours is told.
public struct AccessPlan: Sendable, Hashable {
    /// How many rules are declared.
    public let declaredCount: Int
    /// Those that are not there.
    public let missing: [AccessRule]
    /// Those about something of ours that nobody declared.
    public let foreign: [AccessRule]

    /// The difference between what is declared and what is there.
    /// - Parameter present: every rule of the authorizer.
    public static func make(
        catalog: TopicCatalog, topicPrefix: String, present: [AccessRule]
    ) -> AccessPlan {
        let declared = rules(catalog, topicPrefix)
        let (wanted, there) = (Set(declared), Set(present))
        return AccessPlan(
            declaredCount: declared.count, missing: declared.filter { !there.contains($0) },
            foreign: there.subtracting(wanted)
                .filter { rule in declared.contains { Self.touches(rule, $0) } }.sorted())
    }

    /// The rules that are declared, in order.
    public static func rules(_ catalog: TopicCatalog, _ topicPrefix: String) -> [AccessRule] {
        var rules: Set<AccessRule> = []
        for (actor, identity) in catalog.identities {
            for principal in identity.principals {
                func allow(
                    _ operations: [AccessRule.Operation], _ resource: AccessRule.Resource,
                    _ name: String, _ pattern: AccessRule.Pattern = .literal
                ) {
                    for operation in operations {
                        rules.insert(
                            AccessRule(
                                resource, topicPrefix + name, pattern: pattern,
                                principal: principal, operation: operation))
                    }
                }
                for topic in catalog.topics { allow(operations(actor, topic), .topic, topic.name) }
                for group in identity.groups { allow([.read], .group, group) }
                for group in watchedGroups(actor, catalog) { allow([.describe], .group, group) }
                for id in identity.transactions {
                    allow([.describe, .write], .transactionalID, id, .prefixed)
                }
            }
        }
        return rules.sorted()
    }

    /// What an actor does with a topic. Reading, writing and deleting include to describe.
    static func operations(
        _ actor: TopicActor, _ topic: TopicDefinition
    ) -> [AccessRule.Operation] {
        let roles: [TopicActor] = actor == .deadLetters ? [.deadLetters, .dreamnet] : [actor]
        var operations: [AccessRule.Operation] = []
        if topic.readers.contains(where: roles.contains) { operations.append(.read) }
        var writes = topic.writers.contains(where: roles.contains)
        if actor == .deadLetters {
            // A replay writes where the letter came from; a purge deletes records.
            if topic.hasDeadLetters, topic.replay != .never { writes = true }
            if topic.deadLettersOf != nil { operations.append(.delete) }
        }
        if writes { operations.append(.write) }
        // A service compares its topics to topics/ at its start, `topics plan` all of them.
        let compares = actor.isService && !operations.isEmpty
        if compares || roles.contains(.dreamnet) { operations.append(.describeConfigs) }
        if roles.contains(.dreamnet), operations == [.describeConfigs] {
            operations.append(.describe)
        }
        return operations
    }

    /// The groups whose offsets an actor looks at: a replay waits until what it sent is read.
    private static func watchedGroups(_ actor: TopicActor, _ catalog: TopicCatalog) -> [String] {
        guard actor == .deadLetters else { return [] }
        return catalog.identities.filter(\.key.isService).flatMap(\.value.groups)
    }

    /// Whether a rule is about the resource of a declared one.
    private static func touches(_ rule: AccessRule, _ declared: AccessRule) -> Bool {
        guard rule.resource == declared.resource else { return false }
        switch rule.pattern {
        case .prefixed:
            return declared.name.hasPrefix(rule.name)
                || declared.pattern == .prefixed && rule.name.hasPrefix(declared.name)
        case .literal:
            return rule.name == "*" || rule.name == declared.name
                || declared.pattern == .prefixed && rule.name.hasPrefix(declared.name)
        }
    }
}

extension AccessRule: Comparable {
    /// By resource, name, principal and operation.
    public static func < (left: AccessRule, right: AccessRule) -> Bool { left.order < right.order }

    private var order: String {
        [
            resource.rawValue, name, pattern.rawValue, principal, operation.rawValue, host,
            isAllowed ? "allow" : "deny",
        ].joined(separator: "\u{0}")
    }
}
