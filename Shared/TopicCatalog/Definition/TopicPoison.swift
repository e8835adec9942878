/// When readers of a topic are slowed because too much of it cannot be taken: `poison` of its file.
public struct TopicPoison: Sendable, Hashable {
    /// Dead letters one after the other.
    public var runMax = 100
    /// Share of dead letters among the last `window` messages, 0 to 1.
    public var ratioMax = 0.5
    /// How many messages the share is taken over.
    public var window = 1_000
    /// The wait before each message then, ms.
    public var delayMs: Int64 = 100

    /// The defaults.
    public init() {}
}
