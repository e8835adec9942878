/// A part of the audit, by its name on the command line.
enum AuditPart: String, CaseIterable, Sendable {
    /// One broker; services and broker are killed.
    case services
    /// Three replicated brokers; services and leading brokers are killed.
    case cluster
    /// One broker behind a bad network.
    case network
    /// Two instances: what it takes to go on after one has ended.
    case standby
    /// One broker; a replay of dead letters is killed.
    case letters

    /// The variables that name the programs that it needs.
    var needs: [String] {
        switch self {
        case .services, .standby, .letters: ["KAFKA_HOME"]
        case .cluster: ["KAFKA_CLUSTER"]
        case .network: ["KAFKA_HOME", "TOXIPROXY"]
        }
    }
}
