internal import Contracts
internal import ControlCoreDomain
internal import IncidentCoreDomain
internal import NervousSystemDomain
internal import OSCoreDomain
internal import PolicyFiles
internal import TopicCatalog

/// What the four services of a simulation go by: the shipped policy, and an automation that may act
/// on the services of the play.
package struct SimulationPolicies: Sendable {
    let controlCore: ControlCorePolicy
    let incidentCore: IncidentCorePolicy
    let osCore: OSCorePolicy
    let nervousSystem: NervousSystemPolicy
    let schemas: SchemaCatalog

    /// Reads config/, runbooks/ and topics/ below `home`. The simulation itself reads nothing.
    package init(home: String) throws {
        let policies = try PolicyDirectory(home: home).load(settingPartitions: 1).value
        let catalog = try TopicCatalog.load(directory: "\(home)/topics")
        var control = policies.controlCore
        var nervous = policies.nervousSystem
        let automation: [String: AutomationMode] = [
            Cast.services[0]: .act, Cast.services[1]: .ask,
        ]
        control.automation = automation
        nervous.automation = automation
        controlCore = control
        nervousSystem = nervous
        incidentCore = policies.incidentCore
        osCore = policies.osCore.policy
        schemas = SchemaCatalog(schemas: catalog.schemas.byKind)
    }
}
