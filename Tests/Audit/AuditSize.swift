internal import AuditKit

/// How much of everything.
struct AuditSize: Sendable {
    /// SIGKILLs of services on one broker.
    var kills: Int
    /// Restarts of that broker, every other one by SIGKILL.
    var brokerRestarts: Int
    /// A second instance joins and leaves.
    var rebalances: Int
    /// Pauses longer than the session time-out while another instance stands by.
    var pauses: Int
    /// SIGKILLs of services on three brokers.
    var clusterKills: Int
    /// SIGKILLs of the broker that leads the busiest partition.
    var leaderKills: Int
    /// How often each fault of the network comes.
    var networkRounds: Int
    /// Kills of the instance at work, the other one takes over: in turn anywhere, and at each moment
    /// of a transaction.
    var standbyKills: Int
    /// Kills after which it is started again under its name.
    var standbyRestarts: Int
    /// How often the instance at work is told to leave.
    var drains: Int
    /// Dead letters that are replayed.
    var letters: Int
    /// SIGKILLs of the program that replays them, half of them while it goes by a filter.
    var replayKills: Int

    static let full = AuditSize(
        kills: 500, brokerRestarts: 20, rebalances: 50, pauses: 20, clusterKills: 100,
        leaderKills: 30, networkRounds: 3, standbyKills: 52, standbyRestarts: 20, drains: 10,
        letters: 20_000,
        replayKills: 50)
    static let short = AuditSize(
        kills: 50, brokerRestarts: 2, rebalances: 5, pauses: 2, clusterKills: 10, leaderKills: 3,
        networkRounds: 1, standbyKills: 4, standbyRestarts: 3, drains: 2, letters: 4_000,
        replayKills: 6)
}
