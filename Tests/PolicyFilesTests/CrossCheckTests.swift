import Contracts
import PolicyFiles
import Testing

/// What is right in each file, but odd together.
@Suite struct CrossCheckTests {
    private static let severity = "defaultProfile: a\nprofiles: {a: {rules: []}}"

    private func runbook(_ name: String, _ head: String) -> String {
        """
        ---
        name: \(name)
        title: Contain
        \(head)
        steps:
          - {id: ask, title: Ask, ask: Why?}
        ---
        """
    }

    private func found(services: String, runbooks: [String: String]) throws -> [String] {
        var files = [
            "config/services.yaml": services, "config/severity.yaml": Self.severity,
            "config/control.yaml": "actWithin: 30s", "config/nervous.yaml": "",
            "config/incidents.yaml": "",
            "config/contacts.yaml": "webhook: {urlFile: /nowhere}",
        ]
        for (name, head) in runbooks { files["runbooks/\(name).md"] = runbook(name, head) }
        return try warnings(files) { directory throws(PolicyFilesError) in
            try directory.load(settingPartitions: 4)
        }
    }

    @Test func `files that fit give no warning, and need no secret`() throws {
        let found = try found(
            services: "services: {shop: {automation: act}}",
            runbooks: ["a": "trigger: {severity: [P0]}\nactWithin: 30s"])
        #expect(found == [])
    }

    @Test func `what may act needs a runbook for the worst`() throws {
        let found = try found(
            services: """
                services:
                  shop: {automation: act}
                  search: {automation: ask}
                  other: {automation: observe}
                """, runbooks: ["a": "trigger: {severity: [P1]}\nactWithin: 30s"])
        #expect(
            found == [
                "config/services.yaml:2:3: services.shop: automation is act, but no runbook is "
                    + "for a P0 of it",
                "config/services.yaml:3:3: services.search: automation is ask, but no runbook is "
                    + "for a P0 of it",
            ])
    }

    @Test func `a runbook for a service that is not there is likely a slip`() throws {
        let found = try found(
            services: "services: {shop: {}}",
            runbooks: ["a": "trigger: {severity: [P0], services: [shop, shoop]}\nactWithin: 30s"])
        #expect(
            found == [
                "runbooks/a.md:4:37: trigger.services: 'shoop' is not in config/services.yaml, so "
                    + "it is observed only"
            ])
    }

    @Test func `a runbook that never applies is named with the one before it`() throws {
        let found = try found(
            services: "",
            runbooks: [
                "a": "trigger: {severity: [P0, P1]}\nactWithin: 30s",
                "b": "trigger: {severity: [P1]}\nactWithin: 30s",
                "c": "trigger: {severity: [P1], signals: [errors]}\nactWithin: 30s",
            ])
        #expect(
            found == [
                "runbooks/b.md:4:10: trigger: never applies, for a comes first and is for the same"
            ])
    }

    @Test func `evidence that control-core takes for old is no use to a runbook`() throws {
        let found = try found(
            services: "", runbooks: ["a": "trigger: {severity: [P0]}\nactWithin: 31s"])
        #expect(
            found == [
                "runbooks/a.md:5:12: actWithin: control-core refuses evidence older than 30000 ms "
                    + "(config/control.yaml)"
            ])
    }

    @Test func `all mistakes of all files are shown at once`() throws {
        let files = [
            "config/services.yaml": "a: 1", "config/severity.yaml": "a: 1",
            "config/control.yaml": "a: 1", "config/nervous.yaml": "a: 1",
            "config/incidents.yaml": "a: 1", "config/contacts.yaml": "a: 1", "runbooks/a.md": "",
        ]
        let found = try problems(files) { directory throws(PolicyFilesError) in
            try directory.load(settingPartitions: 4)
        }
        #expect(
            found == [
                "config/contacts.yaml:1:1: a: unknown key",
                "config/control.yaml:1:1: a: unknown key",
                "config/incidents.yaml:1:1: a: unknown key",
                "config/nervous.yaml:1:1: a: unknown key",
                "config/services.yaml:1:1: a: unknown key",
                "config/severity.yaml:1:1: a: unknown key",
                "config/severity.yaml:1:1: defaultProfile: missing",
                "config/severity.yaml:1:1: profiles: missing",
                "runbooks/a.md:1:1: expected front matter after a line '---'",
            ])
    }
}
