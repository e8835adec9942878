public import Contracts

/// How a queue of dead letters stands.
public struct QueueFigures: Sendable, Hashable {
    /// The topic that its letters were meant for.
    public let topic: BusTopic
    /// Letters about which nothing was done yet.
    public let waiting: Int
    /// New letters of the last minute.
    public let perMinute: Int
    /// New letters since it is watched.
    public let seen: Int
    /// Whether there ever was one.
    public let isUsed: Bool
    /// Tasks that read the topic slowly now, because too much of it cannot be taken.
    public let slowedTasks: Int
    /// Whether there was one since it is watched.
    public let wasSlowed: Bool
}
