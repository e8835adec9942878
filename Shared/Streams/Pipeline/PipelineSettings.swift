/// How a pipeline works. The defaults are those that were measured (docs/performance.md).
public struct PipelineSettings: Sendable, Hashable {
    /// Most messages of one transaction. The cost is per transaction, 8 to 12 ms under load.
    public var batchMessagesMax = 10_000
    /// Most bytes that a transaction says before it commits: several times as many are in memory
    /// meanwhile, here and in the log's client. 10,000 usual messages stay below.
    public var batchBytesMax = 4 * 1024 * 1024
    /// Longest that a transaction takes messages before it commits, ms.
    public var batchMs: Int64 = 20
    /// The same while at least another full transaction waits, ms: who is behind catches up
    /// sooner with few large transactions, and what comes out is late anyway.
    public var behindBatchMs: Int64 = 500
    /// How long such a transaction waits for the next record, ms: longer than a fetch takes of a
    /// busy broker, and short beside the 250 ms that a hotkey may take, for inputs that are not
    /// behind wait as well.
    public var behindWaitMs: Int64 = 50
    /// Longest wait for a record while nothing is open, ms.
    public var pollMs: Int32 = 100
    /// How often an idle task commits that it has passed the markers which end the transactions
    /// of its inputs, ms. Without it an input that falls silent and is emptied by its retention
    /// looks as if messages had been dropped unread. Far below any retention.
    public var idleCommitMs: Int64 = 60_000
    /// Most timers that fire one after the other before messages have their turn.
    public var timersMax = 1_000
    /// Most runs of a transaction's interleaving; it commits when they are reached.
    public var runsMax = 4_096
    /// Largest dead letter, in bytes: the limit of `<topic>.dlq`, which is that of its source
    /// and 64 KiB.
    public var deadLetterBytesMax = PipelineSettings.deadLetterBytesMaxDefault
    /// Largest key and value, in bytes, that a message may lead to; it is rejected beyond.
    public var outputBytesMax = PipelineSettings.outputBytesMaxDefault
    /// Wait of one restore call, ms.
    public var restorePollMs: Int32 = 200
    /// Longest that a restore may read nothing, ms: a transaction of ours ends within 20 s, whatever
    /// becomes of its producer. Below `max.poll.interval.ms`.
    public var restoreStallMs: Int64 = 60_000
    /// When an input counts as poisoned, and is slowed.
    public var poison = PoisonLimits()
    /// The same of inputs with limits of their own.
    public var poisonOf: [String: PoisonLimits] = [:]
    /// How messages are tried again, of inputs with a policy of their own.
    public var retries: [String: RetryPolicy] = [:]
    /// Inputs on which later messages of a dead-lettered key wait behind it (`order: key` in
    /// topics/). They need a changelog.
    public var orderedInputs: Set<String> = []
    /// A mistake to make, for tests of tests.
    package var plantedBug: PlantedBug?
    /// What ids derive from beside their cause; the service's name if nil, as it has to be.
    package var idSalt: String?

    /// 1 MiB and 64 KiB.
    public static let deadLetterBytesMaxDefault = 1_048_576 + 65_536

    /// Room for the headers of an output, in bytes.
    public static let headerBytesMax = 16_384

    /// 1 MiB less room for headers.
    public static let outputBytesMaxDefault = 1_048_576 - headerBytesMax

    /// The defaults.
    public init() {}
}

/// When an input is slowed because too many of its messages are dead letters.
public struct PoisonLimits: Sendable, Hashable {
    /// Dead letters one after the other.
    public var runMax = 100
    /// Share of dead letters among the last `window` messages, 0 to 1.
    public var ratioMax = 0.5
    /// How many messages the share is taken over.
    public var window = 1_000
    /// The wait before each message of a poisoned input, ms.
    public var delayMs: Int64 = 100
    /// Inputs that are never slowed.
    public var exempt: Set<String> = ["nervous.command"]

    /// The defaults.
    public init() {}
}
