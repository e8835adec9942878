import JSON
import Testing
import TopicCatalog

/// What `dreamnet topics plan` would do to a cluster.
@Suite struct TopicPlanTests {
    private let catalog: TopicCatalog
    private let development = ReplicationProfile(name: "development", replicas: 1, minInSync: 1)
    private let production = ReplicationProfile(name: "production", replicas: 3, minInSync: 2)

    init() throws { catalog = try TopicCatalog.load(directory: Checkout.topics) }

    @Test func `an empty cluster gets every topic`() {
        let plan = TopicPlan.make(catalog: catalog, cluster: [], profile: development)
        #expect(plan.changes.map(\.topic) == catalog.topics.map(\.name))
        #expect(plan.summary.hasPrefix("\(catalog.topics.count) to create"))
        #expect(!plan.isBreaking)
    }

    @Test func `a cluster as declared is left alone, whatever else is in it`() {
        let others = [
            ClusterTopic(name: "somebody.elses", partitions: 9, replicas: 1, settings: [:])
        ]
        let plan = plan(asDeclared() + others)
        #expect(plan.changes.isEmpty)
        #expect(plan.summary.hasPrefix("nothing to do"))
    }

    @Test func `a setting that differs is altered, and what others set stays`() throws {
        let plan = plan(
            asDeclared("nervous.signal") {
                $0.settings["retention.ms"] = .init("1000", isOwn: true)
                $0.settings["flush.ms"] = .init("5", isOwn: true)
                $0.settings["segment.ms"] = .init("7", isOwn: false)
            })
        let change = try #require(plan.changes.first)
        guard case .alter(let changed, let all) = change.kind else {
            Issue.record("\(change)")
            return
        }
        #expect(changed.map(\.name) == ["retention.ms"])
        #expect(changed.first?.from == "1000" && changed.first?.to == "259200000")
        #expect(all["flush.ms"] == "5" && all["segment.ms"] == nil)
        #expect(all["cleanup.policy"] == "delete" && all["retention.ms"] == "259200000")
        #expect(plan.changes.count == 1)
    }

    @Test func `what the broker does not tell is left alone`() {
        let plan = plan(asDeclared("nervous.signal") { $0.settings["retention.ms"] = nil })
        #expect(plan.changes.isEmpty)
    }

    @Test(arguments: ["nervous.alert", "nervous.command", "nervous.os-core.state"])
    func `growing a keyed topic or a changelog is breaking`(name: String) throws {
        let declared = try #require(catalog.topic(name)).partitions
        let plan = plan(asDeclared(name) { $0.partitions = declared - 1 })
        #expect(plan.isBreaking)
        #expect(plan.changes.map(\.topic) == [name])
        #expect(plan.text.contains("moves keys away from their state"))
    }

    @Test func `dead letters may grow`() {
        let plan = plan(asDeclared("nervous.alert.dlq") { $0.partitions = 2 })
        #expect(plan.changes.map(\.kind) == [.grow(from: 2, to: 4)])
        #expect(!plan.isBreaking)
    }

    @Test(arguments: ["nervous.alert", "nervous.alert.dlq"])
    func `shrinking is breaking`(name: String) {
        let plan = plan(asDeclared(name) { $0.partitions = 8 })
        #expect(plan.isBreaking)
        #expect(plan.text.contains("Kafka never takes partitions away"))
    }

    @Test func `another cleanup policy is breaking, and no alteration changes it`() throws {
        let plan = plan(
            asDeclared("nervous.flags") {
                $0.settings["cleanup.policy"] = .init("delete", isOwn: true)
                $0.settings["max.message.bytes"] = .init("1", isOwn: true)
            })
        #expect(plan.changes.map(\.isBreaking) == [true, false])
        guard case .alter(_, let all) = try #require(plan.changes.last).kind else {
            Issue.record("\(plan.text)")
            return
        }
        #expect(all["cleanup.policy"] == "delete")
    }

    @Test func `production refuses topics with fewer than three copies`() {
        let plan = TopicPlan.make(catalog: catalog, cluster: asDeclared(), profile: production)
        #expect(plan.changes.filter(\.isBreaking).count == catalog.topics.count)
        #expect(plan.text.contains("1 replicas; production needs 3"))
    }

    @Test(arguments: [(Int16(2), Int16(2), true), (3, 1, true), (3, 2, false), (5, 3, false)])
    func `the production profile has a floor`(replicas: Int16, minInSync: Int16, isLow: Bool) {
        let profile = ReplicationProfile(
            name: "production", replicas: replicas, minInSync: minInSync)
        #expect((profile.problem != nil) == isLow)
    }

    @Test func `the text and the JSON are always the same`() throws {
        let cluster =
            asDeclared().filter { $0.name != "nervous.command" && $0.name != "nervous.view" }
            + asDeclared("nervous.view") { $0.partitions = 2 }.filter { $0.name == "nervous.view" }
        let plan = TopicPlan.make(
            catalog: catalog, cluster: cluster, profile: development, topicPrefix: "eu.")
        #expect(
            plan.text == """
                + eu.nervous.command: create, 1 partition, 1 replica
                    cleanup.policy=delete
                    max.message.bytes=1048576
                    message.timestamp.type=LogAppendTime
                    min.insync.replicas=1
                    retention.ms=2592000000
                ! eu.nervous.view: BREAKING: 2 partitions, declared are 1; \
                Kafka never takes partitions away
                    declare 2, or move to a new topic
                1 to create, 1 BREAKING (profile development, \(catalog.topics.count) topics declared)
                """)
        let json = plan.json
        #expect(json["breaking"] == true && json["topicPrefix"] == "eu.")
        #expect(json["changes"]?[0]?["change"] == "create")
        #expect(json["changes"]?[1]?["topic"] == "nervous.view")
        #expect(try JSON.parse(json.serialized()) == json)
    }

    // MARK: The start of a service

    @Test func `a service starts on topics as declared, with any replication`() {
        let names = catalog.topicNames(
            inputs: ["nervous.signal", "nervous.setting"],
            outputs: ["nervous.alert", "nervous.view"], changelog: "nervous.os-core.state")
        #expect(
            names == [
                "nervous.signal", "nervous.setting", "nervous.alert", "nervous.view",
                "nervous.os-core.state", "nervous.signal.dlq", "nervous.setting.dlq",
            ])
        let cluster = asDeclared(profile: production)
        #expect(catalog.startProblems(forTopics: names, cluster: cluster) == [])
    }

    @Test func `a service does not start on others, and says what mends them`() {
        var cluster = asDeclared("nervous.alert") { $0.partitions = 3 }
        cluster.removeAll { $0.name == "nervous.signal" }
        let problems = catalog.startProblems(
            forTopics: ["nervous.signal", "nervous.alert", "nervous.other", "nervous.view"],
            cluster: cluster, topicPrefix: "t.")
        #expect(problems.count == 3)
        #expect(problems[0].hasPrefix("t.nervous.alert: 3 partitions, declared are 4"))
        #expect(problems[1].hasPrefix("t.nervous.other: topics/ does not declare it"))
        #expect(
            problems[2]
                == "t.nervous.signal: not in the cluster; make it with `dreamnet topics apply`")
    }

    // MARK: Clusters

    private func plan(_ cluster: [ClusterTopic]) -> TopicPlan {
        TopicPlan.make(catalog: catalog, cluster: cluster, profile: development)
    }

    private func asDeclared(
        _ changed: String = "", profile: ReplicationProfile? = nil,
        _ change: (inout ClusterTopic) -> Void = { _ in }
    ) -> [ClusterTopic] {
        let profile = profile ?? development
        return catalog.topics.map { topic in
            var present = ClusterTopic(
                name: topic.name, partitions: topic.partitions, replicas: profile.replicas,
                settings: topic.settings(for: profile).mapValues { .init($0, isOwn: true) })
            if topic.name == changed { change(&present) }
            return present
        }
    }
}
