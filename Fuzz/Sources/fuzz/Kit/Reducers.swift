import ControlCoreDomain
import IncidentCoreDomain
import NervousSystemDomain
import OSCoreDomain
import PolicyFiles
import Streams
import TopicCatalog

/// The four reducers under the checkout's own policy and schemas.
enum Reducers {
    private static let policies = must("config/ and runbooks/") {
        try PolicyDirectory(home: FuzzHome.checkout).load(settingPartitions: 4).value
    }
    private static let schemas = must("topics/") {
        SchemaCatalog(
            schemas: try TopicCatalog.load(directory: "\(FuzzHome.checkout)/topics").schemas.byKind)
    }

    static func controlCore() -> ControlCoreReducer {
        ControlCoreReducer(policy: policies.controlCore)
    }
    static func incidentCore() -> IncidentCoreReducer {
        IncidentCoreReducer(policy: policies.incidentCore)
    }
    static func osCore() -> OSCoreReducer { OSCoreReducer(policy: policies.osCore.policy) }
    static func nervousSystem() -> NervousSystemReducer {
        NervousSystemReducer(policy: policies.nervousSystem, schemas: schemas, partition: 0)
    }

    /// New tables of the service of that number, and the reducer that they belong to.
    static func tables(_ service: Int) -> [any StateStore] {
        switch service % 4 {
        case 0: controlCore().tables
        case 1: incidentCore().tables
        case 2: osCore().tables
        default: nervousSystem().tables
        }
    }
}
