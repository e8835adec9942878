public import ControlCoreDomain
public import IncidentCoreDomain
public import NervousSystemDomain

/// All policies of a home directory.
public struct Policies: Sendable, Hashable {
    /// config/services.yaml.
    public var services: ServicesPolicy
    /// What control-core goes by.
    public var controlCore: ControlCorePolicy
    /// What incident-core goes by.
    public var incidentCore: IncidentCorePolicy
    /// What os-core goes by.
    public var osCore: OSCoreConfiguration
    /// What nervous-system goes by.
    public var nervousSystem: NervousSystemPolicy
    /// Who is told.
    public var contacts: ContactsPolicy
}
