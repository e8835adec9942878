/// The way of one process to the broker.
final class Link {
    /// It leads nowhere until then, in ms passed.
    var cutUntilMs: Int64 = 0
    /// How the call that is being made is to fail once it has had its effect.
    var failsAfter: FaultKind?

    func isCut(_ elapsedMs: Int64) -> Bool { elapsedMs < cutUntilMs }
}
