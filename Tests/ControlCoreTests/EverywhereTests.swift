import Contracts
import ControlCoreDomain
import Streams
import Testing

/// What an action does to agents, and to the other services once it has succeeded.
@Suite struct `An action that goes everywhere` {
    private static func catalog(tellsAgent: Bool = false) throws -> ActionCatalog {
        var catalog = try ActionFixture.catalog()
        catalog.actions["once"]?.everywhere = "rotate-keys"
        catalog.services = [
            "billing": ["rotate-keys": .init(action: "again", arguments: ["name": "billing"])],
            "checkout": ["rotate-keys": .init(action: "again", arguments: ["name": "checkout"])],
            "mail": ["rollback": .init(action: "whole")],
            "search": ["rotate-keys": .init(action: "again", arguments: ["name": "search"])],
        ]
        return catalog
    }

    @Test func `Runs its verb on every other service that has it, in the same person's name`()
        throws
    {
        let desk = try ActionFixture(catalog: Self.catalog())
        try desk.ready("e1")
        let ended = try desk.end(try desk.run("once", id: "a1").intent())
        #expect(ended.intents.map(\.service) == ["billing", "search"])
        #expect(ended.intents.map(\.target) == ["thing/billing", "thing/search"])
        let planned = ended.outcomes.filter { $0.status == .planned }
        #expect(planned.map(\.author) == ["alice", "alice"])
        #expect(planned.allSatisfy { $0.reason == "after a1: why" })
        for intent in ended.intents { try desk.end(intent) }
        let finals = desk.harness.outputs.outcomes.filter(\.final)
        #expect(finals.count == 3 && finals.allSatisfy { $0.status == .succeeded })
        #expect(Set(finals.map(\.commandId)).count == 3)
        // The same again gives the same ids: a replay does nothing twice.
        let again = try ActionFixture(catalog: Self.catalog())
        try again.ready("e1")
        let same = try again.end(try again.run("once", id: "a1").intent())
        #expect(same.intents.map(\.commandId) == ended.intents.map(\.commandId))
    }

    @Test func `Goes nowhere if it failed, and says so where its author may not`() throws {
        let desk = try ActionFixture(catalog: Self.catalog())
        try desk.ready("e1")
        let failed = try desk.end(try desk.run("once", id: "a1").intent(), code: "effect_failed")
        #expect(failed.intents.isEmpty)
        var catalog = try Self.catalog()
        catalog.actions["again"]?.roles = [.automation]
        let strict = try ActionFixture(catalog: catalog)
        try strict.ready("e1")
        let ended = try strict.end(try strict.run("once", id: "a1").intent())
        let rejected = ended.outcomes.filter { $0.status == .rejected && $0.final }
        #expect(rejected.map(\.service) == ["billing", "search"])
        #expect(rejected.allSatisfy { $0.code == .notAllowed })
    }

    @Test(arguments: [("citadel", true), ("none", false)])
    func `Puts the agent that a parameter names into quarantine, and nobody else`(
        agent: String, isHeld: Bool
    ) throws {
        var catalog = try ActionFixture.catalog()
        catalog.actions["flagged"]?.steps[.effect] = [
            ActionStep(
                .flags([
                    .init(flag: "kill_switch", value: .bool(true)),
                    .init(flag: "agent:${name}", value: .bool(false)),
                ]))
        ]
        let desk = try ActionFixture(catalog: catalog)
        try desk.ready("e1")
        let said = try desk.run("flagged", id: "a1", name: agent)
        #expect(desk.control.flag("kill_switch") == .bool(true))
        #expect(desk.control.flag("agent:\(agent)") == (isHeld ? .bool(false) : nil))
        #expect(said.events.contains("agent_quarantined") == isHeld)
        let planned = try #require(said.outcomes.first?.plan)
        #expect(planned.contains { $0.contains("agent:\(agent)") })
    }
}
