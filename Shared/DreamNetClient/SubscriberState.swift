/// How far an app may rely on the flags that it obeys.
public enum SubscriberState: String, Sendable, Hashable, Codable {
    /// The flags are those of now: all were read, and control-core was heard of within the bound.
    case ready = "READY"
    /// No news for longer than the bound: the flags are the last known.
    case stale = "STALE"
    /// No flags are known: neither was the topic read, nor is there a last-known file. The
    /// defaults of the app hold.
    case error = "ERROR"
}

/// The state of a subscriber, and what lies behind it.
public struct SubscriberStatus: Sendable, Hashable {
    /// How far the flags may be relied upon.
    public let state: SubscriberState
    /// Why it is not `ready`, one line for people; nil if it is.
    public let reason: String?
    /// The version of the flags that are obeyed; 0 if none are known.
    public let version: Int64
    /// When control-core was heard of last, Unix ms; nil if never.
    public let heardMs: Int64?
    /// The ids of orders that are obeyed by break-glass, and not known to the bus yet.
    public let localOrders: [String]
    /// What speaks against the break-glass file, or keeps its orders from being published; nil if
    /// nothing does.
    public let breakGlassTrouble: String?
}
