/// Carries one reducer over one task's log, exactly once: what a message changes and says, its
/// dead letter and its offset are one transaction.
///
/// It is a state machine. Each `step` makes at most one call of the log, so that whoever drives
/// it can stop, or crash, between any two; it has no thread and no clock of its own.
///
///     start:  initTransactions, committedOffsets, inputStarts, changelogStart,
///             changelogEnd, restore ..., startConsuming
///     cycle:  poll, beginTransaction, produce ..., (poll, produce ...) ..., produce the
///             changelog ..., flush, sendOffsets, commitTransaction
///     abort:  abortTransaction, seek to what was committed last, and again
public final class TaskPipeline<R: Reducer, L: TaskLog> {
    /// What to do after a step.
    public typealias Step = PipelineStep
    typealias Phase = PipelinePhase
    typealias StopRequest = PipelineStopRequest

    /// The figures, for any thread to read.
    public let metrics: PipelineMetrics

    let log: L
    package let task: ReducerTask<R>
    let settings: PipelineSettings
    let clock: () -> Int64
    let glance: () -> Int64
    let observer: (PipelineEvent) -> Void

    var phase = Phase.initTransactions
    /// Why the phase is `failed`, or why it may be going to.
    var failure: TaskFailure?
    var stopRequest: StopRequest?
    /// Failures one after the other of one call, and aborts one after the other.
    var attempts = 0
    var aborts = 0

    // The start.
    var committed: [Int64?] = []
    var inputStarts: [Int64] = []
    var changelogEnd: Int64 = 0
    var restoreStartMs: Int64?
    var restoreCalledMs: Int64 = 0
    var restoreWaitedMs: Int64 = 0

    // Where the inputs stand: after the last commit, and after the last message.
    var committedOffsets: [Int64] = []
    /// Whether the group says less than that: the next commit tells it.
    var isGroupBehind = false
    var nextOffsets: [Int64] = []

    // The transaction.
    var isOpen = false
    var isDry = false
    var hasStarted = false
    var isClosing = false
    var transactionMessages = 0
    var transactionBytes = 0
    var transactionStartMs: Int64 = 0
    var transactionDueMs: Int64 = 0
    /// Until when a transaction that ran dry waits for more; nil if it does not.
    var awaitsMoreUntilMs: Int64?
    var timersInARow = 0
    /// When the inputs' positions were last held against the committed offsets.
    var positionedMs: Int64 = 0
    var produced = 0
    package internal(set) var batchMessages: Int
    var polled: PolledRecord?

    // The inputs that are slowed.
    var poison: [PoisonGauge]

    // Figures that are not published yet.
    var figures = PipelineFigures()

    /// A pipeline of `reducer` over `log`.
    /// - Parameters:
    ///   - clock: Unix ms.
    ///   - glance: The same clock, looked at for every message: it may be a few ms behind if that
    ///     makes it cheaper. nil for `clock` itself.
    ///   - observer: told what is worth a line in a log. Called on the thread of `step`.
    public init(
        _ reducer: R, over log: L, identity: TaskIdentity,
        settings: PipelineSettings = PipelineSettings(), clock: @escaping () -> Int64,
        glance: (() -> Int64)? = nil, observer: @escaping (PipelineEvent) -> Void = { _ in }
    ) {
        self.log = log
        self.settings = settings
        self.clock = clock
        self.glance = glance ?? clock
        self.observer = observer
        task = ReducerTask(
            reducer, partition: log.partition, identity: identity,
            deadLetterBytesMax: settings.deadLetterBytesMax,
            outputBytesMax: settings.outputBytesMax, orderedInputs: settings.orderedInputs,
            retries: settings.retries, idSalt: settings.idSalt)
        if settings.plantedBug == .endBeforeOffsets { phase = .changelogEnd }
        metrics = PipelineMetrics()
        batchMessages = max(1, settings.batchMessagesMax)
        poison = reducer.topology.inputs.map {
            PoisonGauge(
                limits: settings.poisonOf[$0] ?? settings.poison,
                isExempt: settings.poison.exempt.contains($0))
        }
        figures.lag = task.topics.inputs.map { _ in 0 }
    }

    /// The reducer, to look at its tables.
    public var reducer: R { task.reducer }

    /// Whether the log knows of this owner, and the end of the restore is fixed: from here on the
    /// partition may be assigned.
    public var isPrepared: Bool {
        switch phase {
        case .initTransactions, .committedOffsets, .inputStarts, .changelogStart, .changelogEnd:
            false
        default: true
        }
    }

    /// Whether the tables are restored and the inputs are being read.
    public var isRunning: Bool {
        switch phase {
        case .initTransactions, .committedOffsets, .inputStarts, .changelogStart, .changelogEnd,
            .restoring, .restoreStalled, .doubting, .startConsuming, .stopped, .failed:
            false
        default: true
        }
    }

    /// Whether no transaction is open or about to be.
    public var isIdle: Bool {
        switch phase {
        case .idle, .measuring, .positioning: true
        default: false
        }
    }

    /// Makes the next call.
    /// - Throws: why the task has ended; every later step throws the same.
    public func step() throws(TaskFailure) -> Step {
        if let stopRequest { prepareStop(stopRequest) }
        if phase == .stopped { return .stopped }
        if phase == .failed, let failure { throw failure }
        do throws(LogError) {
            let step = try perform()
            attempts = 0
            return step
        } catch {
            return handle(error)
        }
    }

    /// Makes the next call, and the ones after it for as long as messages pass through without a
    /// wait, at most `count`: what a thread calls again and again.
    func steps(atMost count: Int) throws(TaskFailure) -> Step {
        for _ in 1..<max(1, count) {
            let step = try step()
            guard step == .next, phase == .producing || phase == .collecting else { return step }
        }
        return try step()
    }

    /// Asks for an end: with the open transaction committed, or aborted. `step` says `stopped`
    /// when it is reached.
    public func requestStop(commit: Bool) {
        if stopRequest != .abort { stopRequest = commit ? .commit : .abort }
    }

    /// Frees the log.
    public func close() { log.close() }

    private func perform() throws(LogError) -> Step {
        switch phase {
        case .initTransactions, .committedOffsets, .inputStarts, .changelogStart, .changelogEnd,
            .restoring, .restoreStalled, .doubting, .startConsuming:
            try performStart()
        case .idle:
            return try pollIdle()
        case .collecting:
            try collect()
        case .producing:
            try produceNext()
        case .beginning, .flushing, .sendingOffsets, .committing:
            try performTransaction()
        case .aborting:
            try log.abortTransaction()
            isOpen = false
            phase = .seeking
        case .seeking:
            if settings.plantedBug == .mergedBeforeCommit { task.commit() }
            task.rollback()
            forgetTransaction()
            try log.seek(to: committedOffsets)
            nextOffsets = committedOffsets
            phase = .idle
            aborts += 1
            return .wait(ms: Self.backOffMs(aborts))
        case .measuring:
            figures.lag = log.lag()
            publish(nowMs: clock())
            let isDue = isDry && figures.publishedMs - positionedMs >= settings.idleCommitMs
            phase = isDue ? .positioning : .idle
        case .positioning:
            commitPositions(log.positions(), nowMs: clock())
        case .stopped, .failed:
            break
        }
        return .next
    }

    /// The table of classes in one place: what each kind of error makes of the phase.
    private func handle(_ error: LogError) -> Step {
        attempts += 1
        switch error.kind {
        case .retriable:
            if case .committing = phase { batchMessages = max(1, batchMessages / 2) }
            if attempts.isMultiple(of: 20) { observer(.retrying(error, attempts: attempts)) }
            return .wait(ms: Self.backOffMs(attempts))
        case .abortable where isRunning && phase != .aborting:
            observer(.aborted(error))
            figures.aborts += 1
            phase = isOpen ? .aborting : .seeking
            return attempts > 1 ? .wait(ms: Self.backOffMs(attempts)) : .next
        case .abortable, .fatal, .fenced:
            // Also where the abort itself is refused: the next producer of the id aborts.
            fail(TaskFailure(error))
            return .next
        }
    }

    func fail(_ failure: TaskFailure) {
        phase = .failed
        self.failure = failure
        observer(.failed(failure))
    }

    private func prepareStop(_ request: StopRequest) {
        switch phase {
        case .stopped, .failed:
            return
        case .aborting, .committing:
            // A commit that was sent may have happened: only its answer tells. Without one, to
            // stop here is as good as a crash: the next owner ends the transaction.
            if request == .abort, attempts > 0 { phase = .stopped }
        case .seeking:
            task.rollback()
            phase = .stopped
        case _ where isOpen:
            if request == .abort { phase = .aborting }
        case .beginning where request == .commit:
            return
        default:
            task.rollback()
            publish(nowMs: clock())
            phase = .stopped
        }
    }

    /// 10 ms, doubled with each attempt up to a second.
    static func backOffMs(_ attempts: Int) -> Int64 {
        min(1_000, 10 << Int64(min(max(attempts - 1, 0), 7)))
    }
}
