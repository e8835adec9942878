/// How far a command has come.
public enum OutcomeStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// Taken; more follows.
    case accepted
    /// An effect is under way.
    case started
    /// Done. Final.
    case succeeded
    /// Tried, and not done. Final.
    case failed
    /// Refused. Final.
    case rejected

    /// Whether nothing follows. Each command has exactly one final outcome.
    public var isFinal: Bool {
        switch self {
        case .accepted, .started: false
        case .succeeded, .failed, .rejected: true
        }
    }
}
