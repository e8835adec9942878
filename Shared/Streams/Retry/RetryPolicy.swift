/// How a message is tried again that could not be taken for a reason which may pass.
public struct RetryPolicy: Sendable, Hashable {
    /// How often it is tried, the first time counted; 1: never again.
    public var attemptsMax: Int
    /// The wait after the first attempt, ms; doubled after each further one.
    public var backoffMs: Int64
    /// The longest wait, ms.
    public var backoffMaxMs: Int64

    /// A policy. The defaults are those of topics/: six attempts within about half a minute.
    public init(attemptsMax: Int = 6, backoffMs: Int64 = 1_000, backoffMaxMs: Int64 = 60_000) {
        self.attemptsMax = attemptsMax
        self.backoffMs = backoffMs
        self.backoffMaxMs = backoffMaxMs
    }

    /// The wait after so many attempts, ms: exponential, and up to a quarter less or more so that
    /// what failed together is not tried together. The same of the same message, for a reducer knows
    /// no chance.
    public func waitMs(after attempts: Int, of id: String) -> Int64 {
        var waitMs = max(1, min(backoffMs, backoffMaxMs))
        for _ in 1..<max(1, min(attempts, 64)) where waitMs < backoffMaxMs {
            waitMs = min(backoffMaxMs, waitMs * 2)
        }
        let hash = UInt32(bitPattern: Murmur2.hash(Array("\(id)/\(attempts)".utf8)))
        let jitterMs = Int64(Double(waitMs) * (Double(hash) / 4_294_967_296 - 0.5) / 2)
        return max(1, min(backoffMaxMs, waitMs + jitterMs))
    }
}
