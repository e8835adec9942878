/// The times that a runbook goes by, all in ms.
public struct RunbookTimings: Sendable, Hashable {
    /// Evidence older than this (event time) commands nothing and pages nobody.
    public var actWithinMs: Int64
    /// How long the signals must have stayed clear before the first step is undone.
    public var stableForMs: Int64
    /// How long each undone step is watched before the next is undone.
    public var undoWatchMs: Int64
    /// A relapse this soon after the first undo puts the undone steps back, once.
    public var relapseWithinMs: Int64
    /// How long after the last step the incident may take to recover, before a person is asked.
    public var verifyWithinMs: Int64

    /// Times; those not given are the defaults: 60 s (docs/decisions/0005, rule 2), 5 min, 1 min, 10 min
    /// (docs/decisions/0005, rule 4), 5 min (seed 002: recovery takes under 5 min).
    public init(
        actWithinMs: Int64 = 60_000, stableForMs: Int64 = 300_000, undoWatchMs: Int64 = 60_000,
        relapseWithinMs: Int64 = 600_000, verifyWithinMs: Int64 = 300_000
    ) {
        self.actWithinMs = actWithinMs
        self.stableForMs = stableForMs
        self.undoWatchMs = undoWatchMs
        self.relapseWithinMs = relapseWithinMs
        self.verifyWithinMs = verifyWithinMs
    }
}
