/// What may be done with a topic's old messages (docs/decisions/0005: the past does not fire today).
public enum ReplayPolicy: String, Sendable, Hashable, CaseIterable {
    /// Replay as you like: nothing acts on a message twice.
    case free
    /// Replayed, a message is history: it updates what is shown, commands nothing, pages nobody.
    case history
    /// Not replayed: it has to be said again, by somebody, under a new id.
    case reissue
    /// Not replayed: its owner says it anew where it still holds.
    case never
}
