/// The way of one process to the broker.
final class Link {
    /// It leads nowhere until then, in ms passed.
    var cutUntilMs: Int64 = 0
    /// How the call that is being made is to fail once it has had its effect.
    var failsAfter: FaultKind?

    /// How long the process is to stand still, ms, once it has sent offsets and not yet committed:
    /// the moment in which an owner has most to spoil, for its offsets are validated already.
    var stallsMs: Int64?

    func isCut(_ elapsedMs: Int64) -> Bool { elapsedMs < cutUntilMs }
}
