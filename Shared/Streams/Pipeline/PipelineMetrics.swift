internal import Contracts

/// The figures of a task since it began.
public struct PipelineFigures: Sendable, Hashable {
    /// Messages taken, of all inputs.
    public internal(set) var recordsIn = 0
    /// Records produced: outputs, changelog and dead letters, aborted ones included.
    public internal(set) var recordsOut = 0
    /// Timers fired.
    public internal(set) var timers = 0
    /// Messages that could not be taken, by reason.
    public internal(set) var deadLetters: [Rejection.Code: Int] = [:]
    /// Keys of which messages wait behind a dead letter.
    public internal(set) var parkedKeys = 0
    /// Messages that wait to be tried again.
    public internal(set) var retriesWaiting = 0
    /// Attempts at messages that were tried before.
    public internal(set) var retries = 0
    /// Times that a timer or a start wanted to say what JSON cannot hold.
    public internal(set) var timerFaults = 0
    /// Transactions committed.
    public internal(set) var commits = 0
    /// Transactions aborted.
    public internal(set) var aborts = 0
    /// When the last transaction was committed, Unix ms.
    public internal(set) var lastCommitMs: Int64?
    /// The timestamp of the oldest message that may not be worked off yet, Unix ms; nil once the
    /// inputs have run dry.
    public internal(set) var oldestInputMs: Int64?
    /// For each input the records that wait, as far as the log knows.
    public internal(set) var lag: [Int64] = []
    /// The inputs that are slowed because of their dead letters.
    public internal(set) var slowedInputs: [String] = []
    /// Records read from the changelog.
    public internal(set) var restoreRecords = 0
    /// How long that took, ms.
    public internal(set) var restoreMs: Int64 = 0
    /// When these figures were published, Unix ms.
    public internal(set) var publishedMs: Int64 = 0
}

/// The figures of a task, for any thread: published with each commit, and each second when idle.
public final class PipelineMetrics: Sendable {
    private let latest = Locked(PipelineFigures())

    init() {}

    /// The latest figures.
    public var figures: PipelineFigures { latest.withLock { $0 } }

    func publish(_ figures: PipelineFigures) { latest.withLock { $0 = figures } }
}
