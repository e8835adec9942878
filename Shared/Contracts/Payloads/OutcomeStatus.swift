/// How far a command has come.
public enum OutcomeStatus: String, Codable, Sendable, Hashable, CaseIterable {
    /// An action is understood; its plan is in `plan`. More follows.
    case planned
    /// A second person has said yes. More follows.
    case approved
    /// Taken; more follows.
    case accepted
    /// An effect is under way.
    case started
    /// An attempt at an effect has failed, and another one follows at its time. More follows.
    case retrying
    /// An effect was under way when its effector died, and may not be done twice: a person says
    /// what became of it (`settle_action`). More follows.
    case inDoubt = "in_doubt"
    /// Done. Final, unless it is verified next.
    case succeeded
    /// Done, and seen to have worked. Final.
    case verified
    /// Taken back. Final, of the command that asked for it.
    case undone
    /// Tried, and not done. Final.
    case failed
    /// Refused. Final.
    case rejected

    /// Whether nothing follows, but for `succeeded` where a verification does: `final` of the
    /// outcome says so. Each command has exactly one final outcome.
    public var isFinal: Bool {
        switch self {
        case .planned, .approved, .accepted, .started, .retrying, .inDoubt: false
        case .succeeded, .verified, .undone, .failed, .rejected: true
        }
    }

    /// Whether it was done.
    public var isSuccess: Bool {
        switch self {
        case .succeeded, .verified, .undone: true
        case .planned, .approved, .accepted, .started, .retrying, .inDoubt, .failed, .rejected:
            false
        }
    }
}
