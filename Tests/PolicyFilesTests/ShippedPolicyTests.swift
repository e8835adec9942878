import Contracts
import ControlCoreDomain
import FoundationEssentials
import IncidentCoreDomain
import NervousSystemDomain
import OSCoreDomain
import PolicyFiles
import Testing

/// What the repository ships in config/ and runbooks/.
@Suite struct ShippedPolicyTests {
    private let directory = PolicyDirectory(home: TemporaryHome.checkout)

    private func shipped(_ name: String) throws -> String {
        let path = "\(TemporaryHome.checkout)/\(name)"
        return String(
            decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
    }

    @Test func `no service is watched and nothing acts until somebody says so`() throws {
        let loaded = try directory.loadServices()
        var policy = ServicesPolicy()
        policy.deadLetterQueues = .ask
        #expect(loaded.value == policy)
        #expect(loaded.value.automation.values.allSatisfy { $0 == .ask })
        #expect(loaded.warnings.isEmpty)
    }

    @Test func `the shipped figures are the defaults of the domains`() throws {
        let control = try directory.loadControlCore(settingPartitions: 4)
        var figures = control.value
        figures.actions = ActionCatalog()
        figures.automation = [:]
        #expect(figures == ControlCorePolicy())
        #expect(control.warnings.isEmpty)
        var incidents = try directory.loadIncidentCore().value
        #expect(!incidents.triggers.isEmpty)
        incidents.triggers = []
        #expect(incidents == IncidentCorePolicy())
        let nervous = try directory.loadNervousSystem()
        #expect(nervous.warnings.isEmpty)
        #expect(!nervous.value.runbooks.isEmpty)
        var policy = nervous.value
        policy.runbooks = [:]
        policy.automation = [:]
        #expect(policy == NervousSystemPolicy())
    }

    @Test func `the shipped runbooks load without a problem`() throws {
        let loaded = try directory.loadRunbooks()
        #expect(loaded.warnings.isEmpty)
        let triggers = loaded.value.map(\.trigger)
        for severity in [Severity.p0, .p1] {
            let runbook = triggers.runbook(service: "shop", severity: severity, signals: [.errors])
            #expect(runbook != nil, "no runbook for a \(severity.rawValue) of errors")
        }
    }

    @Test func `the shipped profiles are those of the seeds, and valid`() throws {
        let loaded = try directory.loadOSCore()
        #expect(loaded.warnings.isEmpty)
        let policy = loaded.value.policy
        try policy.validate()
        let seeds = OSCorePolicy.seedDefaults
        #expect(policy.defaultProfile == seeds.defaultProfile)
        #expect(policy.lowerThresholdFactor == seeds.lowerThresholdFactor)
        for (name, profile) in seeds.profiles { #expect(policy.profiles[name] == profile) }
    }

    @Test func `everything that is shipped fits together`() throws {
        let loaded = try directory.load(settingPartitions: 4)
        #expect(loaded.warnings.map(\.message) == ["no webhook: nobody will be told"])
        #expect(loaded.value.osCore.scrape == loaded.value.services.scrape)
    }

    @Test func `the shipped contacts tell nobody, and say so`() throws {
        let loaded = try directory.loadContacts()
        #expect(!loaded.value.hasWebhook)
        #expect(loaded.warnings.map(\.message) == ["no webhook: nobody will be told"])
    }

    @Test func `the examples in comments work once they are no comments`() throws {
        let services = try shipped("config/services.yaml").replacing("\n#  ", with: "\n  ")
        let contacts = try shipped("config/contacts.yaml").replacing(
            "\n#webhook", with: "\nwebhook"
        )
        .replacing("\n#contacts", with: "\ncontacts")
        .replacing("\n#  ", with: "\n  ")
        let home = try TemporaryHome([
            "config/services.yaml": services, "config/contacts.yaml": contacts,
        ])
        let directory = PolicyDirectory(home: home.path)
        let policy = try directory.loadServices()
        #expect(policy.warnings.isEmpty)
        let queues = policy.value.automation.filter { ServiceName.isDeadLetterQueue($0.key) }
        #expect(queues.count == BusTopic.allCases.count && queues.values.allSatisfy { $0 == .ask })
        #expect(
            policy.value.automation.filter { !ServiceName.isDeadLetterQueue($0.key) }
                == ["checkout": .act, "search": .ask])
        #expect(policy.value.scrape.targets.count == 3)
        try home.write(
            Array(shipped("config/severity.yaml").utf8), to: "config/severity.yaml")
        #expect(try directory.loadOSCore().warnings.isEmpty)
        let told = try directory.loadContacts()
        #expect(told.warnings.isEmpty)
        #expect(told.value.hasWebhook)
    }
}
