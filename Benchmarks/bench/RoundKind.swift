/// What the Swift side of a round does with each message.
enum RoundKind: String, CaseIterable {
    /// Passes it on.
    case passThrough = "pass-through"
    /// Counts it by its key.
    case count
    /// Judges it as os-core does.
    case signals
    /// Reads nothing but the changelog of a count.
    case restore
}
