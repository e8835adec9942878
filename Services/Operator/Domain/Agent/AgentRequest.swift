/// What `dreamnet agent` is to keep current.
public struct AgentRequest: Sendable, Hashable {
    /// The file that a program reads.
    public var file: String
    /// The service whose flags it obeys.
    public var service: String
    /// This instance of it, as heartbeats name it.
    public var instance: String
    /// Where the flags are kept for a start without Kafka.
    public var lastKnownFile: String
    /// Without a word of control-core for so long the flags are stale, ms.
    public var staleAfterMs: Int64
    /// The file of orders that are given while Kafka is away.
    public var breakGlassFile: String
    /// The file of those whose orders are obeyed; nil: none are.
    public var trustedKeysFile: String?
}
