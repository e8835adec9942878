public import HTTP

/// What a load generator sends.
public struct LoadPlan: Sendable {
    /// A kind of request.
    public struct Target: Hashable, Sendable {
        /// The method.
        public var method: HTTPMethod
        /// The URL.
        public var url: String

        /// A request of this method to this URL.
        public init(_ method: HTTPMethod, _ url: String) {
            self.method = method
            self.url = url
        }
    }

    /// The requests, sent in turn; at least one.
    public var targets: [Target]
    /// Requests a second, over all targets.
    public var rate: Double
    /// Threads, each with a connection of its own: so many requests are under way at most.
    public var threads: Int
    /// How long, in seconds.
    public var seconds: Double
    /// How long to wait for one answer.
    public var timeoutMs: Int

    /// A plan of these parts.
    public init(
        targets: [Target], rate: Double, threads: Int = 64, seconds: Double, timeoutMs: Int = 15_000
    ) {
        self.targets = targets
        self.rate = rate
        self.threads = threads
        self.seconds = seconds
        self.timeoutMs = timeoutMs
    }
}
