/// Where notifications are posted (config/contacts.yaml).
public struct WebhookSettings: Sendable, Hashable {
    /// The address. It is a secret: whoever knows it can post. Never logged.
    public var url: String
    /// Headers of each request, such as an authorization; never logged.
    public var headers: [String: String]
    /// How long one attempt may take, ms.
    public var timeoutMs: Int
    /// How often it is tried before it counts as failed.
    public var attemptsMax: Int
    /// The pause after the first failure, ms; it doubles with each further one.
    public var backoffMs: Int64
    /// The longest pause, ms.
    public var backoffMaxMs: Int64

    /// Settings; the defaults try for about two minutes.
    public init(
        url: String, headers: [String: String] = [:], timeoutMs: Int = 5_000,
        attemptsMax: Int = 8, backoffMs: Int64 = 1_000, backoffMaxMs: Int64 = 30_000
    ) {
        self.url = url
        self.headers = headers
        self.timeoutMs = timeoutMs
        self.attemptsMax = attemptsMax
        self.backoffMs = backoffMs
        self.backoffMaxMs = backoffMaxMs
    }

    /// How long a notification that nobody takes is tried in all, ms.
    public var longestMs: Int64 {
        (1...max(1, attemptsMax)).reduce(into: 0) { total, attempt in
            total += Int64(timeoutMs) + (attempt < attemptsMax ? pauseMs(after: attempt) : 0)
        }
    }

    /// The pause after attempt number `attempt` (from 1) has failed, ms.
    public func pauseMs(after attempt: Int) -> Int64 {
        var pause = backoffMs
        for _ in 1..<max(1, attempt) where pause < backoffMaxMs { pause *= 2 }
        return min(pause, backoffMaxMs)
    }
}
