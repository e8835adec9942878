internal import Contracts
internal import NervousSystemDomain
internal import OSCoreDomain
internal import YAML

/// What two files say, each right by itself, that does not go together.
enum CrossChecks {
    /// The profiles that services name exist, and their windows fit the scrapes.
    static func profiles(
        _ services: ServicesFile, _ severity: SeverityFile, _ findings: inout Findings
    ) {
        let profiles = severity.policy.profiles
        let scrape = services.policy.scrape
        let scraped = Set(scrape.targets.map(\.service))
        for (name, service) in services.policy.services.sorted(by: { $0.key < $1.key }) {
            let mark = services.profileMarks[name] ?? services.marks[name]
            guard let mark else { continue }
            let profileName = service.severityProfile ?? severity.policy.defaultProfile
            guard let profile = profiles[profileName] else {
                // A default profile that is not there is reported where it is named.
                guard service.severityProfile != nil else { continue }
                let names = profiles.keys.sorted().joined(separator: ", ")
                findings.conflict(
                    "services.\(name).severityProfile: '\(profileName)' is no profile of "
                        + "\(SeverityFile.name); expected one of \(names)", at: mark)
                continue
            }
            guard scraped.contains(name) else { continue }
            if profile.windowMs < scrape.intervalMs {
                findings.conflict(
                    "services.\(name): the window of profile \(profileName), \(profile.windowMs) "
                        + "ms, is shorter than scrape.every, \(scrape.intervalMs) ms", at: mark)
            }
            if let afterMs = profile.missingDataAfterMs, afterMs < 2 * scrape.intervalMs {
                findings.warn(
                    "services.\(name): one read that fails raises missing_data: missingDataAfter "
                        + "of profile \(profileName) is \(afterMs) ms, scrape.every "
                        + "\(scrape.intervalMs) ms", at: mark)
            }
        }
    }

    /// The automation has a runbook where it may act, and runbooks name services that are there.
    static func runbooks(
        _ runbooks: [(file: RunbookFile, value: Runbook)], _ services: ServicesFile,
        _ findings: inout Findings
    ) {
        let triggers = runbooks.map(\.value.trigger)
        for (name, mode) in services.policy.automation.sorted(by: { $0.key < $1.key })
        where mode != .observe {
            let isCovered = triggers.contains {
                $0.severities.contains(.p0) && ($0.services.isEmpty || $0.services.contains(name))
            }
            if !isCovered, let mark = services.marks[name] {
                findings.warn(
                    "services.\(name): automation is \(mode.rawValue), but no runbook is for a P0 "
                        + "of it", at: mark)
            }
        }
        for (file, runbook) in runbooks {
            for name in runbook.trigger.services.sorted()
            where services.policy.services[name] == nil {
                findings.warn(
                    "trigger.services: '\(name)' is not in \(ServicesFile.name), so it is observed "
                        + "only", at: file.node.mark(at: "trigger.services"))
            }
        }
        shadowed(runbooks, &findings)
    }

    /// Of two runbooks for the same, the second by name never runs.
    private static func shadowed(
        _ runbooks: [(file: RunbookFile, value: Runbook)], _ findings: inout Findings
    ) {
        for (index, (file, runbook)) in runbooks.enumerated() {
            let first = runbooks[..<index].first { _, other in
                other.trigger.severities.isSuperset(of: runbook.trigger.severities)
                    && other.trigger.signals == runbook.trigger.signals
                    && other.trigger.services == runbook.trigger.services
            }
            if let first {
                findings.warn(
                    "trigger: never applies, for \(first.value.name) comes first and is for the "
                        + "same", at: file.node.mark(at: "trigger"))
            }
        }
    }

    /// Actions that runbooks run are there, and take what they are given.
    static func runs(
        _ runbooks: [(file: RunbookFile, value: Runbook)], _ actions: ActionCatalog,
        _ findings: inout Findings
    ) {
        for (file, runbook) in runbooks {
            for (index, run) in runbook.runs {
                let path = "steps[\(index)]"
                guard let definition = actions.actions[run.action] else {
                    let names = actions.actions.keys.sorted().joined(separator: ", ")
                    findings.conflict(
                        "\(path).run: '\(run.action)' is no action of \(ActionsFile.name); "
                            + "expected one of \(names.isEmpty ? "none" : names)",
                        at: file.node.mark(at: "\(path).run"))
                    continue
                }
                // What the places stand for is known when there is an incident: any name will do.
                let service = runbook.trigger.services.min() ?? "service"
                do throws(ActionError) {
                    _ = try actions.call(
                        run.action, service: service,
                        arguments: run.arguments(
                            service: service, incident: "\(service).00000000", severity: .p1))
                } catch {
                    findings.conflict(
                        "\(path).with: \(error.message)", at: file.node.mark(at: "\(path).with"))
                }
                guard !definition.roles.contains(.automation) else { continue }
                findings.warn(
                    "\(path).run: the roles of \(run.action) (\(ActionsFile.name)) do not name the "
                        + "automation, so control-core refuses it and a person is asked",
                    at: file.node.mark(at: "\(path).run"))
            }
        }
    }

    /// control-core refuses what a runbook would still do.
    static func freshness(
        _ runbooks: [(file: RunbookFile, value: Runbook)], actWithinMs: Int64,
        _ findings: inout Findings
    ) {
        for (file, runbook) in runbooks where runbook.timings.actWithinMs > actWithinMs {
            findings.warn(
                "actWithin: control-core refuses evidence older than \(actWithinMs) ms "
                    + "(\(ControlFile.name))", at: file.node.mark(at: "actWithin"))
        }
    }
}
