/// What the simulator does to a system. The raw values are for reports.
package enum FaultKind: String, CaseIterable, Sendable {
    /// A process dies as by SIGKILL; it comes back under its name, at once or after its session.
    case crash
    /// A process stands still as by SIGSTOP, and goes on later: often as a zombie.
    case pause
    /// While a process stands still another one takes its name.
    case twin
    /// A process is told to end and to keep its place, or to leave for good.
    case stop
    /// One more instance joins.
    case join
    /// A process reaches no broker for a while.
    case cut
    /// Nobody reaches the broker for a while.
    case outage
    /// A call fails and may be made again, before or after its effect.
    case retriable
    /// A call makes the transaction one that has to be aborted.
    case abortable
    /// A call makes the producer useless, before or after its effect.
    case fatal
    /// A part of what was produced reaches the broker before anybody flushes.
    case delivery
    /// The end of a transaction reaches its partitions one by one.
    case markers
    /// The broker aborts a transaction that is open for too long.
    case transactionTimeout = "transaction_timeout"
    /// The group puts out a member that it has not heard of for a session.
    case sessionTimeout = "session_timeout"
    /// The group puts out a member that is alive, for its heartbeats were lost: until it learns of
    /// it, two owners are at work.
    case eviction
    /// The group's coordinator forgets: offsets are those of a while ago, or gone; the owner dies.
    case offsetsLost = "offsets_lost"
    /// Time passes in which nobody does anything.
    case leap
    /// Clocks jump, forwards or backwards.
    case clockJump = "clock_jump"
    /// A changelog or the flags are compacted.
    case compaction
    /// A message is sent again.
    case duplicate
    /// A message is sent late.
    case delay
    /// A message that cannot be taken.
    case poison
    /// Others write in transactions that stay open for a while, and are committed or aborted.
    case foreignTransaction = "foreign_transaction"
}
