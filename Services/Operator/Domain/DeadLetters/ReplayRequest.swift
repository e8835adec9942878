public import Contracts

/// What is to be replayed, and how fast.
public struct ReplayRequest: Sendable, Hashable {
    /// The topic that the letters go back to.
    public let topic: BusTopic
    /// Which of them.
    public let filter: DeadLetterFilter
    /// No more than so many (seed 001: `maxMessages: 100`); nil: all that there are.
    public let limit: Int?
    /// No more than so many a second (seed 001: `rateLimit: 10`); nil: as fast as it goes.
    public let ratePerSecond: Double?
    /// Wait for what becomes of the first so many before the rest follows.
    public let canary: Int?
    /// Stop when more than this share of what was sent comes back, 0 to 1.
    public let returnsMax: Double?
    /// Those that another tool wrote as well, which do not say where they came from.
    public let takesForeign: Bool
    /// Those in quarantine as well.
    public let takesQuarantined: Bool
    /// Give dead commands again, as new orders of whoever replays.
    public let reissues: Bool
    /// The file with the key that signs them; nil: they are not signed.
    public let keyFile: String?
    /// Say what would be done, and do nothing.
    public let isDryRun: Bool
    /// Whether the confirmation is given already.
    public let isConfirmed: Bool

    /// A request.
    public init(
        topic: BusTopic, filter: DeadLetterFilter = DeadLetterFilter(), limit: Int? = 100,
        ratePerSecond: Double? = 10, canary: Int? = nil, returnsMax: Double? = nil,
        takesForeign: Bool = false, takesQuarantined: Bool = false, reissues: Bool = false,
        keyFile: String? = nil,
        isDryRun: Bool = false, isConfirmed: Bool = false
    ) {
        self.topic = topic
        self.filter = filter
        self.limit = limit
        self.ratePerSecond = ratePerSecond
        self.canary = canary
        self.returnsMax = returnsMax
        self.takesForeign = takesForeign
        self.takesQuarantined = takesQuarantined
        self.reissues = reissues
        self.keyFile = keyFile
        self.isDryRun = isDryRun
        self.isConfirmed = isConfirmed
    }
}
