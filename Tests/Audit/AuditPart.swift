/// A part of the audit, by its name on the command line.
enum AuditPart: String, CaseIterable, Sendable {
    /// One broker; services and broker are killed.
    case services
    /// Three replicated brokers; services and leading brokers are killed.
    case cluster
    /// One broker behind a bad network.
    case network

    /// The variables that name the programs that it needs.
    var needs: [String] {
        switch self {
        case .services: ["KAFKA_HOME"]
        case .cluster: ["KAFKA_CLUSTER"]
        case .network: ["KAFKA_HOME", "TOXIPROXY"]
        }
    }
}
