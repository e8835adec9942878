public import Contracts
public import ControlCoreDomain
public import IncidentCoreDomain
public import NervousSystemDomain
internal import OSCoreDomain

/// Reads config/*.yaml and runbooks/*.md of a home directory into the domains' policies.
///
/// Each service loads what it uses, and so fails only for that; `dreamnet config check` loads all.
/// Whatever is wrong is found in one go, with file, line and column.
public struct PolicyDirectory: Sendable {
    let home: PolicyHome

    /// The files below `home` (`--home`).
    public init(home: String) {
        self.home = PolicyHome(path: home)
    }

    /// Everything, with the checks across files.
    /// - Parameter settingPartitions: how many partitions `nervous.setting` has.
    public func load(settingPartitions: Int32) throws(PolicyFilesError) -> Loaded<Policies> {
        var findings = Findings()
        let services = ServicesFile.read(home, &findings)
        let runbooks = RunbookFolder.read(home, &findings) { $0.runbook(&$1) }
        let control = controlCore(services, settingPartitions, &findings)
        CrossChecks.runs(runbooks, control.actions, &findings)
        var incidents = IncidentsFile.read(home, &findings).policy
        incidents.triggers = runbooks.map(\.value.trigger)
        let osCore = osCore(services, &findings)
        let nervous = nervousSystem(services, runbooks, &findings)
        let contacts = ContactsFile.read(home, &findings)
        CrossChecks.freshness(runbooks, actWithinMs: control.actWithinMs, &findings)
        guard let services, let osCore else { throw PolicyFilesError(findings.errors) }
        return try findings.loaded(
            Policies(
                services: services.policy, controlCore: control, incidentCore: incidents,
                osCore: osCore, nervousSystem: nervous, contacts: contacts))
    }

    /// The services: config/services.yaml.
    public func loadServices() throws(PolicyFilesError) -> Loaded<ServicesPolicy> {
        var findings = Findings()
        let file = ServicesFile.read(home, &findings)
        return try findings.loaded(file?.policy)
    }

    /// What control-core goes by: config/control.yaml and config/services.yaml.
    /// - Parameter settingPartitions: how many partitions `nervous.setting` has.
    public func loadControlCore(
        settingPartitions: Int32
    ) throws(PolicyFilesError) -> Loaded<ControlCorePolicy> {
        var findings = Findings()
        let services = ServicesFile.read(home, &findings)
        let policy = controlCore(services, settingPartitions, &findings)
        return try findings.loaded(policy)
    }

    /// What incident-core goes by: config/incidents.yaml and the triggers of runbooks/.
    public func loadIncidentCore() throws(PolicyFilesError) -> Loaded<IncidentCorePolicy> {
        var findings = Findings()
        var policy = IncidentsFile.read(home, &findings).policy
        // Of a runbook only the trigger: a mistake in a step is not this service's.
        policy.triggers = RunbookFolder.read(home, &findings) { $0.trigger(&$1) }.map(\.value)
        return try findings.loaded(policy)
    }

    /// What os-core goes by: config/severity.yaml and config/services.yaml.
    public func loadOSCore() throws(PolicyFilesError) -> Loaded<OSCoreConfiguration> {
        var findings = Findings()
        let services = ServicesFile.read(home, &findings)
        let configuration = osCore(services, &findings)
        return try findings.loaded(configuration)
    }

    /// What nervous-system goes by: config/nervous.yaml, config/services.yaml and runbooks/. Whom
    /// it tells is ``loadContacts()``.
    public func loadNervousSystem() throws(PolicyFilesError) -> Loaded<NervousSystemPolicy> {
        var findings = Findings()
        let services = ServicesFile.read(home, &findings)
        let runbooks = RunbookFolder.read(home, &findings) { $0.runbook(&$1) }
        checkRuns(runbooks, &findings)
        let policy = nervousSystem(services, runbooks, &findings)
        return try findings.loaded(policy)
    }

    /// The runbooks in the order of their names: runbooks/.
    public func loadRunbooks() throws(PolicyFilesError) -> Loaded<[Runbook]> {
        var findings = Findings()
        let runbooks = RunbookFolder.read(home, &findings) { $0.runbook(&$1) }
        checkRuns(runbooks, &findings)
        return try findings.loaded(runbooks.map(\.value))
    }

    /// The actions: config/actions.yaml.
    public func loadActions() throws(PolicyFilesError) -> Loaded<ActionCatalog> {
        var findings = Findings()
        let catalog = ActionsFile.read(home, &findings)
        return try findings.loaded(catalog)
    }

    /// Who is told: config/contacts.yaml.
    public func loadContacts() throws(PolicyFilesError) -> Loaded<ContactsPolicy> {
        var findings = Findings()
        let policy = ContactsFile.read(home, &findings)
        return try findings.loaded(policy)
    }

    // MARK: - Parts

    /// What runbooks run is there; who runs nothing needs no config/actions.yaml.
    private func checkRuns(
        _ runbooks: [(file: RunbookFile, value: Runbook)], _ findings: inout Findings
    ) {
        guard runbooks.contains(where: { !$0.value.runs.isEmpty }) else { return }
        CrossChecks.runs(runbooks, ActionsFile.read(home, &findings), &findings)
    }

    private func controlCore(
        _ services: ServicesFile?, _ settingPartitions: Int32, _ findings: inout Findings
    ) -> ControlCorePolicy {
        var policy = ControlFile.read(home, &findings).policy
        policy.settingPartitions = settingPartitions
        policy.actions = ActionsFile.read(home, &findings)
        policy.access = AccessFile.read(home, &findings)
        if let services = services?.policy {
            policy.maxServicesPerHour = services.maxServicesPerHour
            policy.automation = services.automation
        }
        return policy
    }

    private func osCore(
        _ services: ServicesFile?, _ findings: inout Findings
    ) -> OSCoreConfiguration? {
        guard let severity = SeverityFile.read(home, &findings), let services else { return nil }
        CrossChecks.profiles(services, severity, &findings)
        var policy = severity.policy
        policy.profileOfService = services.policy.services.compactMapValues(\.severityProfile)
        policy.expectedServices = services.policy.expectedSignals
        return OSCoreConfiguration(policy: policy, scrape: services.policy.scrape)
    }

    private func nervousSystem(
        _ services: ServicesFile?, _ runbooks: [(file: RunbookFile, value: Runbook)],
        _ findings: inout Findings
    ) -> NervousSystemPolicy {
        var policy = NervousFile.read(home, &findings).policy
        for (_, runbook) in runbooks { policy.runbooks[runbook.name] = runbook }
        if let services {
            policy.automation = services.policy.automation
            CrossChecks.runbooks(runbooks, services, &findings)
        }
        return policy
    }
}
