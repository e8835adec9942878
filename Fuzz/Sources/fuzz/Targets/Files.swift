import JSON
import NervousSystemDomain
import OSCoreDomain
import PolicyFiles
import TopicCatalog
import YAML

extension FuzzTarget {
    /// A file of topics/: the first byte says whether a topic, the profiles or a schema.
    static let topics = FuzzTarget("topics") { bytes in
        guard let first = bytes.first else { return }
        let names = [
            "nervous.signal.yaml", "profiles.yaml", "schemas/signal.schema.json",
            "nervous.os-core.state.yaml",
        ]
        let home = Homes.topics
        let name = names[Int(first) % names.count]
        home.write(Array(bytes.dropFirst()), to: "topics/\(name)")
        defer { home.write(FuzzHome.checkout("topics/\(name)"), to: "topics/\(name)") }
        do throws(TopicCatalogError) {
            let catalog = try TopicCatalog.load(directory: "\(home.path)/topics")
            for profile in catalog.profiles.values {
                let plan = TopicPlan.make(catalog: catalog, cluster: [], profile: profile)
                expect(plan.changes.count == catalog.topics.count, "a topic is not planned")
                expect(!plan.text.isEmpty, "the plan says nothing")
                _ = must("the plan as JSON") { try plan.json.serialized() }
            }
        } catch {
            expect(!error.problems.isEmpty, "an error without a problem")
            for problem in error.problems { expect(problem.place.line >= 1, "\(problem)") }
        }
    }

    /// A runbook: front matter and text.
    static let runbook = FuzzTarget("runbook") { bytes in
        let home = Homes.policy
        home.write(bytes, to: "runbooks/fuzzed.md")
        guard
            let loaded = check({ () throws(PolicyFilesError) in
                try PolicyDirectory(home: home.path).loadRunbooks()
            })
        else { return }
        expect(loaded.value.count == 1, "\(loaded.value.count) runbooks of one file")
    }

    /// config/severity.yaml, and the reducer that goes by it.
    static let severity = FuzzTarget("severity") { bytes in
        let home = Homes.policy
        home.write(bytes, to: "config/severity.yaml")
        guard
            let loaded = check({ () throws(PolicyFilesError) in
                try PolicyDirectory(home: home.path).loadOSCore()
            })
        else { return }
        _ = OSCoreReducer(policy: loaded.value.policy)
    }

    /// The other files of config/: the first byte says which.
    static let config = FuzzTarget("config") { bytes in
        guard let first = bytes.first else { return }
        let home = Homes.policy
        let directory = PolicyDirectory(home: home.path)
        let names = ["services", "control", "incidents", "nervous", "contacts"]
        let name = "config/\(names[Int(first) % names.count]).yaml"
        home.write(Array(bytes.dropFirst()), to: name)
        defer { home.write(FuzzHome.checkout(name), to: name) }
        switch Int(first) % names.count {
        case 0: _ = check { () throws(PolicyFilesError) in try directory.loadServices() }
        case 1:
            _ = check { () throws(PolicyFilesError) in
                try directory.loadControlCore(settingPartitions: 4)
            }
        case 2: _ = check { () throws(PolicyFilesError) in try directory.loadIncidentCore() }
        case 3: _ = check { () throws(PolicyFilesError) in try directory.loadNervousSystem() }
        default: _ = check { () throws(PolicyFilesError) in try directory.loadContacts() }
        }
    }

    enum Homes {
        static let topics = FuzzHome(
            copying: [
                "topics/nervous.signal.yaml", "topics/nervous.os-core.state.yaml",
                "topics/nervous.setting.yaml", "topics/profiles.yaml",
                "topics/principals.yaml",
                "topics/schemas/signal.schema.json", "topics/schemas/signal-values.schema.json",
                "topics/schemas/scrape-failure.schema.json", "topics/schemas/setting.schema.json",
            ], folders: ["topics", "topics/schemas"])
        static let policy = FuzzHome(
            copying: [
                "config/services.yaml", "config/severity.yaml", "config/control.yaml",
                "config/incidents.yaml", "config/nervous.yaml", "config/contacts.yaml",
            ], folders: ["config", "runbooks"])
    }

    /// What is read; of what cannot be, each problem has its place.
    static func check<Value>(
        _ load: () throws(PolicyFilesError) -> Loaded<Value>
    ) -> Loaded<Value>? {
        do throws(PolicyFilesError) {
            let loaded = try load()
            for warning in loaded.warnings { expect(!warning.message.isEmpty, "an empty warning") }
            return loaded
        } catch {
            expect(!error.problems.isEmpty, "an error without a problem")
            for problem in error.problems {
                expect(!problem.file.isEmpty && (problem.line ?? 1) >= 1, "\(problem)")
            }
            return nil
        }
    }
}
