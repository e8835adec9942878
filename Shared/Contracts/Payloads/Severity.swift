/// How bad it is. Seeds 000 and 003 use P0 to P3; other scales map onto these
/// (config/severity.yaml).
public enum Severity: String, Codable, Sendable, Hashable, CaseIterable {
    /// The system is down, or data is at risk.
    case p0 = "P0"
    /// Major degradation.
    case p1 = "P1"
    /// Minor impact.
    case p2 = "P2"
    /// No user impact.
    case p3 = "P3"

    /// 0 for P0 to 3 for P3.
    public var rank: Int {
        switch self {
        case .p0: 0
        case .p1: 1
        case .p2: 2
        case .p3: 3
        }
    }

    /// Whether this is worse than `other`.
    public func isWorse(than other: Severity) -> Bool { rank < other.rank }
}
