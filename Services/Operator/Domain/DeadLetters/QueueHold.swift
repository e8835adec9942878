public import Contracts

/// When a queue that somebody works on may be taken over.
public enum QueueHold {
    /// A hold is renewed at least so often while its run lasts, ms.
    public static let renewMs: Int64 = 2_000
    /// A hold that was not renewed for so long is that of a run that died, ms.
    public static let staleMs: Int64 = 15_000

    /// Whether the run that holds a queue is over although its hold stands.
    /// - Parameters:
    ///   - host: The machine that asks.
    ///   - isAlive: Whether a process of that machine lives.
    public static func isOver(
        _ hold: LedgerHoldPayload, nowMs: Int64, host: String, isAlive: (Int64) -> Bool
    ) -> Bool {
        if hold.host == host, !isAlive(hold.pid) { return true }
        return nowMs - hold.seenMs > staleMs
    }
}
