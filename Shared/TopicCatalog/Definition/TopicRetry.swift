/// How messages of a topic are tried again that cannot be taken for a reason which may pass: `retry` of
/// its file.
public struct TopicRetry: Sendable, Hashable {
    /// How often, the first time counted; 1: never again.
    public var attempts = 6
    /// The wait after the first attempt, ms; doubled after each further one.
    public var backoffMs: Int64 = 1_000
    /// The longest wait, ms.
    public var backoffMaxMs: Int64 = 60_000

    /// The defaults.
    public init() {}
}
