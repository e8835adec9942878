import Runtime
import StreamsKafka
import TestKit
import Testing
import TopicCatalog

/// Who gets which rights at Kafka.
@Suite struct AccessPlanTests {
    private let catalog: TopicCatalog

    init() throws {
        catalog = try TopicCatalog.load(directory: ProjectPaths.path("topics"))
    }

    private func operations(of principal: String, on topic: String) -> Set<AccessRule.Operation> {
        Set(
            AccessPlan.rules(catalog, "").filter {
                $0.principal == "User:\(principal)" && $0.resource == .topic && $0.name == topic
            }.map(\.operation))
    }

    @Test(arguments: ["action", "outcome", "flags", "setting", "directive"])
    func `only control-core and who mends dead letters of it may write what it decides`(
        _ kind: String
    ) throws {
        let topic = try #require(catalog.topic("nervous.\(kind)"))
        let writers = AccessPlan.rules(catalog, "").filter {
            $0.resource == .topic && $0.name == topic.name && $0.operation == .write
        }.map(\.principal)
        let mends = topic.hasDeadLetters && topic.replay != .never
        #expect(writers == ["User:control-core"] + (mends ? ["User:dead-letters"] : []))
    }

    @Test func `people write commands, and no service does`() {
        #expect(operations(of: "operators", on: "nervous.command") == [.write])
        #expect(
            operations(of: "control-core", on: "nervous.command") == [.read, .describeConfigs])
        #expect(operations(of: "os-core", on: "nervous.command").isEmpty)
        #expect(operations(of: "apps", on: "nervous.flags") == [.read])
        // nervous-system says what became of notifications, and reads how often they were tried.
        #expect(
            operations(of: "nervous-system", on: "nervous.effect").isSuperset(of: [.read, .write]))
    }

    @Test func `dead letters are written by who reads, and taken away by who mends`() {
        #expect(
            operations(of: "os-core", on: "nervous.signal.dlq") == [.write, .describeConfigs])
        #expect(operations(of: "dreamnet", on: "nervous.signal.dlq") == [.read, .describeConfigs])
        #expect(operations(of: "nervous-system", on: "nervous.signal.dlq") == [.read])
        #expect(operations(of: "nervous-system", on: "nervous.ledger") == [.read])
        #expect(
            operations(of: "dead-letters", on: "nervous.signal.dlq")
                == [.read, .write, .delete, .describeConfigs])
        #expect(operations(of: "dead-letters", on: "nervous.flags") == [.read, .describeConfigs])
    }

    @Test func `everything of ours has the prefix of the deployment`() {
        let rules = AccessPlan.rules(catalog, "shop.")
        #expect(rules.allSatisfy { $0.name.hasPrefix("shop.") && $0.isAllowed })
        #expect(
            rules.contains(
                AccessRule(
                    .transactionalID, "shop.os-core-", pattern: .prefixed,
                    principal: "User:os-core", operation: .write)))
        #expect(
            rules.filter { $0.resource == .group && $0.operation == .read }.map(\.name)
                == [
                    "shop.control-core", "shop.incident-core", "shop.nervous-system",
                    "shop.notifier", "shop.os-core",
                ])
    }

    @Test func `what is there stays, and what others made about ours is told`() {
        let declared = AccessPlan.rules(catalog, "shop.")
        func rule(
            _ name: String, _ pattern: AccessRule.Pattern = .literal, isAllowed: Bool = true
        ) -> AccessRule {
            AccessRule(
                .topic, name, pattern: pattern, principal: "User:eve", operation: .all,
                isAllowed: isAllowed)
        }
        let touching = [
            rule("*"), rule("shop.", .prefixed), rule("shop.nervous.flags", isAllowed: false),
        ]
        let elsewhere = [rule("other.nervous.flags"), rule("bank.", .prefixed)]
        let plan = AccessPlan.make(
            catalog: catalog, topicPrefix: "shop.",
            present: Array(declared.dropFirst(3)) + touching + elsewhere)
        #expect(plan.missing == Array(declared.prefix(3)))
        #expect(Set(plan.foreign) == Set(touching))
        #expect(plan.text.contains("? User:eve may not all topic shop.nervous.flags"))
        let whole = AccessPlan.make(catalog: catalog, topicPrefix: "shop.", present: declared)
        #expect(whole.missing.isEmpty && whole.foreign.isEmpty)
        #expect(whole.summary == "nothing to add (\(declared.count) rights declared)")
    }
}
