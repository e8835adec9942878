public import Contracts

/// What is to be replayed, and how fast.
public struct ReplayRequest: Sendable, Hashable {
    /// The topic that the letters go back to.
    public let topic: BusTopic
    /// Only those with this reason.
    public let code: String?
    /// Where to begin, by partition; those not named begin at their first letter.
    public let start: [Int32: Int64]
    /// No more than so many (seed 001: `maxMessages: 100`).
    public let limit: Int
    /// No more than so many a second (seed 001: `rateLimit: 10`).
    public let ratePerSecond: Double
    /// Say what would be done, and do nothing.
    public let isDryRun: Bool
    /// Whether the confirmation is given already.
    public let isConfirmed: Bool

    /// A request.
    public init(
        topic: BusTopic, code: String? = nil, start: [Int32: Int64] = [:], limit: Int = 100,
        ratePerSecond: Double = 10, isDryRun: Bool = false, isConfirmed: Bool = false
    ) {
        self.topic = topic
        self.code = code
        self.start = start
        self.limit = limit
        self.ratePerSecond = ratePerSecond
        self.isDryRun = isDryRun
        self.isConfirmed = isConfirmed
    }
}
