/// A part of an action.
public enum ActionPhase: String, Codable, Sendable, Hashable, CaseIterable {
    /// Looks up what the rest needs; changes nothing.
    case plan
    /// Does what it is for.
    case effect
    /// Looks whether it worked; changes nothing.
    case verify
    /// Takes it back.
    case undo

    /// Whether doing it twice does no harm, whatever the action.
    public var onlyLooks: Bool { self == .plan || self == .verify }
}
