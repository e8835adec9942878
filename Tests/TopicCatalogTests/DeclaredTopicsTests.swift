import Contracts
import ControlCoreDomain
import IncidentCoreDomain
import JSON
import NervousSystemDomain
import Streams
import Testing
import TopicCatalog

/// The topics that this checkout declares.
@Suite struct DeclaredTopicsTests {
    private let catalog: TopicCatalog

    init() throws { catalog = try TopicCatalog.load(directory: Checkout.topics) }

    @Test func `nothing is wrong with them`() {
        #expect(TopicCatalog.lint(directory: Checkout.topics).map(\.description) == [])
    }

    @Test func `every topic of the bus is declared, and no other but the changelogs`() {
        let declared = catalog.topics.filter { $0.deadLettersOf == nil && !$0.isChangelog }
        #expect(declared.map(\.name) == BusTopic.allCases.map(\.rawValue).sorted())
    }

    @Test(arguments: [
        ("nervous.command", Int32(1)), ("nervous.request", 1), ("nervous.effect", 1),
        ("nervous.flags", 1), ("nervous.view", 1), ("nervous.control-core.state", 1),
        ("nervous.outcome", 4), ("nervous.directive", 4), ("nervous.setting", 4),
        ("nervous.signal", 4), ("nervous.heartbeat", 4), ("nervous.alert", 4),
        ("nervous.incident", 4), ("nervous.notification", 4), ("nervous.ingress", 4),
        ("nervous.incident-core.state", 4), ("nervous.os-core.state", 4),
        ("nervous.nervous-system.state", 4), ("nervous.command.dlq", 1), ("nervous.alert.dlq", 4),
    ])
    func `have their number of partitions`(name: String, partitions: Int32) throws {
        #expect(try #require(catalog.topic(name)).partitions == partitions)
    }

    @Test func `no service writes the commands, so that no transaction holds them back`() throws {
        let command = try #require(catalog.topic("nervous.command"))
        #expect(command.writers.filter(\.isService) == [])
    }

    @Test(arguments: ["nervous.command", "nervous.request", "nervous.ingress", "nervous.signal"])
    func `are stamped by the broker where ts is held against its clock`(name: String) throws {
        let settings = try #require(catalog.topic(name)).settings(
            for: profile("development"))
        #expect(settings["message.timestamp.type"] == "LogAppendTime")
    }

    @Test func `dead letters have room for their headers and wait 30 days`() throws {
        for letters in catalog.topics where letters.deadLettersOf != nil {
            let source = try #require(letters.deadLettersOf.flatMap(catalog.topic))
            let settings = letters.settings(for: try profile("development"))
            #expect(settings["max.message.bytes"] == String(source.maxMessageBytes + 65_536))
            #expect(settings["retention.ms"] == "2592000000")
            #expect(letters.partitions == source.partitions)
            #expect(letters.readers == [.dreamnet, .deadLetters, .watchdog])
            #expect(letters.writers.filter { !$0.isService } == [.deadLetters])
        }
    }

    @Test func `production keeps three copies, two of them in sync`() throws {
        let settings = try #require(catalog.topic("nervous.alert")).settings(
            for: profile("production"))
        #expect(try profile("production").replicas == 3)
        #expect(settings["min.insync.replicas"] == "2")
    }

    @Test func `every payload type has a schema under the kind of its topic`() {
        #expect(catalog.schemas.schema(kind: "alert", type: "alert_raised") != nil)
        #expect(catalog.schemas.schema(kind: "alert", type: "safe_mode_enabled") != nil)
        #expect(catalog.schemas.schema(kind: "alert", type: "set_safe_mode") == nil)
        let text = catalog.schemas.problem(
            kind: "heartbeat", type: "subscriber_heartbeat",
            payload: ["type": "subscriber_heartbeat", "instance": "a", "flagsVersion": -1])
        #expect(text == "service: missing; flagsVersion: -1 is less than 0")
    }

    @Test(arguments: [
        ControlCoreReducer(policy: ControlCorePolicy()).topology,
        IncidentCoreReducer(policy: IncidentCorePolicy()).topology,
        NervousSystemReducer(
            policy: NervousSystemPolicy(), schemas: SchemaCatalog([:]), partition: 0
        ).topology,
    ])
    func `name each service as reader and writer of what it reads and writes`(
        topology: Topology
    ) throws {
        let service = try #require(TopicActor(rawValue: topology.service))
        for name in topology.inputs {
            #expect(try #require(catalog.topic(name)).readers.contains(service), "\(name)")
        }
        for name in topology.outputs {
            #expect(try #require(catalog.topic(name)).writers.contains(service), "\(name)")
        }
        #expect(topology.changelog == service.changelogName)
    }

    private func profile(_ name: String) throws -> ReplicationProfile {
        try #require(catalog.profiles[name])
    }
}
