package import Contracts

/// A service of the product, by the name of its executable.
package enum Service: String, CaseIterable, Sendable {
    case controlCore = "control-core"
    case incidentCore = "incident-core"
    case osCore = "os-core"
    case nervousSystem = "nervous-system"

    /// What it reads.
    package var inputs: [BusTopic] {
        switch self {
        case .controlCore: [.command, .request, .effect]
        case .incidentCore: [.alert, .outcome, .directive]
        case .osCore: [.signal, .setting]
        case .nervousSystem: [.ingress, .incident, .outcome, .setting]
        }
    }
}
