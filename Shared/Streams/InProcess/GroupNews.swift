/// What a member of a group is told when it polls.
package enum GroupNews: Sendable, Hashable {
    case none
    /// To give up what it has; the group waits for it.
    case revoke([Int32])
    case assign([Int32])
    /// The group has put it out, or another process has taken its place.
    case lost([Int32], fenced: Bool)
}
