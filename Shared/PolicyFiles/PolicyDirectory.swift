public import ControlCoreDomain
public import IncidentCoreDomain
public import NervousSystemDomain

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
        var policy = ControlFile.read(home, &findings).policy
        policy.settingPartitions = settingPartitions
        if let services = services?.policy {
            policy.maxServicesPerHour = services.maxServicesPerHour
            policy.automation = services.automation
        }
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

    /// What nervous-system goes by: config/nervous.yaml, config/services.yaml and runbooks/. Whom
    /// it tells is ``loadContacts()``.
    public func loadNervousSystem() throws(PolicyFilesError) -> Loaded<NervousSystemPolicy> {
        var findings = Findings()
        let services = ServicesFile.read(home, &findings)
        var policy = NervousFile.read(home, &findings).policy
        let runbooks = RunbookFolder.read(home, &findings) { $0.runbook(&$1) }
        for (_, runbook) in runbooks { policy.runbooks[runbook.name] = runbook }
        policy.automation = services?.policy.automation ?? [:]
        return try findings.loaded(policy)
    }

    /// The runbooks in the order of their names: runbooks/.
    public func loadRunbooks() throws(PolicyFilesError) -> Loaded<[Runbook]> {
        var findings = Findings()
        let runbooks = RunbookFolder.read(home, &findings) { $0.runbook(&$1) }.map(\.value)
        return try findings.loaded(runbooks)
    }

    /// Who is told: config/contacts.yaml.
    public func loadContacts() throws(PolicyFilesError) -> Loaded<ContactsPolicy> {
        var findings = Findings()
        let policy = ContactsFile.read(home, &findings)
        return try findings.loaded(policy)
    }
}
