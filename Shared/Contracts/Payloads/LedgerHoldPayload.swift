/// Somebody works on the dead letters of a topic, so that nobody else may. Under `!` and the topic's
/// kind, renewed while it lasts; a tombstone ends it.
public struct LedgerHoldPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.ledger
    /// The types that it stands for.
    public static let types = ["queue_held"]

    /// Always `queue_held`.
    public var type: String
    /// The kind of the topic that the letters were meant for: `signal`.
    public var queue: String
    /// Who.
    public var author: String
    /// The machine that they work on.
    public var host: String
    /// The process there.
    public var pid: Int64
    /// The run of `dreamnet dlq`.
    public var runId: String
    /// Since when, Unix ms.
    public var sinceMs: Int64
    /// When it was renewed, Unix ms.
    public var seenMs: Int64
    /// How many letters were given up of which nobody was told yet.
    public var discarded: Int64?
    /// Why they were.
    public var reason: String?

    /// Makes one.
    public init(
        type: String = "queue_held",
        queue: String,
        author: String,
        host: String,
        pid: Int64,
        runId: String,
        sinceMs: Int64,
        seenMs: Int64,
        discarded: Int64? = nil,
        reason: String? = nil
    ) {
        self.type = type
        self.queue = queue
        self.author = author
        self.host = host
        self.pid = pid
        self.runId = runId
        self.sinceMs = sinceMs
        self.seenMs = seenMs
        self.discarded = discarded
        self.reason = reason
    }
}
