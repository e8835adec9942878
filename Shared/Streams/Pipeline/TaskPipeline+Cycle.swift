internal import Contracts

// The cycle: messages and timers in, one transaction out.
extension TaskPipeline {
    // MARK: Nothing is open

    /// Waits for a message, or fires what is due. What comes of it is staged, and only then a
    /// transaction begins: an idle task writes nothing.
    func pollIdle() throws(LogError) -> Step {
        let nowMs = clock()
        isDry = false
        if try holdOrLetGo(nowMs: nowMs) { return .next }
        if !hasStarted {
            task.begin(nowMs: nowMs)
            if task.start() {
                beginTransaction(nowMs: nowMs)
            } else {
                task.rollback()
                hasStarted = true
            }
            return .next
        }
        if let dueMs = task.nextDueMs, dueMs <= nowMs {
            task.begin(nowMs: nowMs)
            fireTimer()
            beginTransaction(nowMs: nowMs)
            return .next
        }
        guard try poll(timeoutMs: idleTimeoutMs(nowMs: nowMs), isFirst: true) else {
            isDry = true
            figures.oldestInputMs = nil
            if nowMs - figures.publishedMs >= 1_000 { phase = .measuring }
            return .next
        }
        beginTransaction(nowMs: transactionStartMs)
        return .next
    }

    /// Until the next timer or the end of an input's pause, at most `pollMs`.
    private func idleTimeoutMs(nowMs: Int64) -> Int32 {
        var untilMs = nowMs + Int64(settings.pollMs)
        if let dueMs = task.nextDueMs { untilMs = min(untilMs, dueMs) }
        for gauge in poison {
            if let resumeMs = gauge.resumeMs { untilMs = min(untilMs, resumeMs) }
        }
        return Int32(clamping: max(0, untilMs - nowMs))
    }

    private func beginTransaction(nowMs: Int64) {
        transactionStartMs = nowMs
        transactionDueMs = nowMs + settings.batchMs
        awaitsMoreUntilMs = nil
        produced = 0
        phase = .beginning
        if nowMs - figures.publishedMs >= 1_000 { publish(nowMs: nowMs) }
    }

    /// Commits that an idle task has passed what holds no messages.
    func commitPositions(_ positions: [Int64], nowMs: Int64) {
        positionedMs = nowMs
        phase = .idle
        let passed = zip(nextOffsets, positions).map { max($0, $1) }
        guard passed != committedOffsets || isGroupBehind else { return }
        nextOffsets = passed
        task.begin(nowMs: nowMs)
        // Nothing has changed but the record of the transaction, which is small.
        _ = task.stageChangelog(nextOffsets: nextOffsets)
        isClosing = true
        beginTransaction(nowMs: nowMs)
    }

    // MARK: A transaction is open

    /// Takes more into the transaction, or ends it.
    func collect() throws(LogError) {
        // For every message: whoever stood still for a while must not go on with the time of before,
        // or news would seem to come from the future.
        let nowMs = glance()
        if isClosing || stopRequest != nil || isDue(nowMs: nowMs) { return endTransaction() }
        if try holdOrLetGo(nowMs: nowMs) { return }
        // Timers are due by the transaction's own time, so that a replay fires the same ones.
        if timersInARow < settings.timersMax, let dueMs = task.nextDueMs,
            dueMs <= task.context.nowMs
        {
            fireTimer()
            phase = .producing
            return
        }
        let waitMs = awaitsMoreUntilMs.map { max(0, $0 - nowMs) } ?? 0
        guard try poll(timeoutMs: Int32(clamping: waitMs), isFirst: false) else {
            isDry = true
            guard awaitsMoreUntilMs == nil, isBehind else { return endTransaction() }
            awaitsMoreUntilMs = nowMs + settings.behindWaitMs
            return
        }
        awaitsMoreUntilMs = nil
        isDry = false
        phase = .producing
    }

    private func isDue(nowMs: Int64) -> Bool {
        if transactionMessages >= batchMessages || transactionBytes >= settings.batchBytesMax
            || task.runs.count >= settings.runsMax
        {
            return true
        }
        guard nowMs >= transactionDueMs else { return false }
        guard nowMs - transactionStartMs < settings.behindBatchMs, isBehind else { return true }
        transactionDueMs = nowMs + settings.batchMs
        return false
    }

    /// Whether at least another full transaction waits, as far as the log knows.
    private var isBehind: Bool { log.lag().reduce(0, +) >= Int64(batchMessages) }

    private func endTransaction() {
        isClosing = true
        phase = .producing
        guard !task.stageChangelog(nextOffsets: nextOffsets) else { return }
        // Done again, each message is weighed, and the one that leads to it becomes a dead letter.
        observer(.aborted(LogError(.abortable, code: "TOO_LARGE", "a table's value is too large")))
        figures.aborts += 1
        phase = .aborting
    }

    func performTransaction() throws(LogError) {
        switch phase {
        case .beginning:
            try log.beginTransaction()
            isOpen = true
            phase = .producing
        case .flushing:
            try log.flush()
            phase = .sendingOffsets
        case .sendingOffsets:
            try log.sendOffsets(nextOffsets)
            phase = .committing
        case .committing:
            try log.commitTransaction()
            merge()
        default:
            break
        }
    }

    func produceNext() throws(LogError) {
        guard produced < task.context.outputs.count else {
            task.context.outputs.removeAll()
            produced = 0
            phase = isClosing ? .flushing : .collecting
            return
        }
        try task.context.outputs.withRecord(at: produced) { record throws(LogError) in
            try log.produce(record)
        }
        produced += 1
        figures.recordsOut += 1
        transactionBytes += task.context.outputs.heldByteCount(at: produced - 1)
    }

    private func merge() {
        task.commit()
        isOpen = false
        hasStarted = true
        aborts = 0
        committedOffsets = nextOffsets
        isGroupBehind = false
        // Back to the full size step by step after a commit that timed out.
        let grown = batchMessages + batchMessages / 4 + 1
        batchMessages = min(max(1, settings.batchMessagesMax), grown)
        figures.commits += 1
        let nowMs = clock()
        figures.lastCommitMs = nowMs
        figures.timerFaults = task.faults
        figures.parkedKeys = task.parkedKeys
        figures.retriesWaiting = task.retriesWaiting
        figures.retries = task.retries
        if isDry { figures.oldestInputMs = nil }
        forgetTransaction()
        let isStale = nowMs - figures.publishedMs >= 1_000
        phase = isStale ? .measuring : .idle
        if !isStale { publish(nowMs: nowMs) }
    }

    func forgetTransaction() {
        isClosing = false
        transactionMessages = 0
        transactionBytes = 0
        timersInARow = 0
        produced = 0
        polled = nil
    }

    // MARK: Messages and timers

    private func poll(timeoutMs: Int32, isFirst: Bool) throws(LogError) -> Bool {
        polled = nil
        let came = try log.poll(timeoutMs: timeoutMs) { record in
            take(record, isFirst: isFirst)
        }
        guard came, let polled else { return false }
        judge(polled)
        return true
    }

    private func take(_ record: borrowing InputRecord, isFirst: Bool) {
        if isFirst {
            // The time is taken now, not before the wait for the message.
            transactionStartMs = clock()
            task.begin(nowMs: transactionStartMs)
            figures.oldestInputMs = record.timestampMs
        }
        let input = record.input
        let rejection = task.reduce(record, slowedMs: poison[input].delayIfDeadMs)
        nextOffsets[input] = record.offset + 1
        transactionMessages += 1
        timersInARow = 0
        figures.recordsIn += 1
        if let rejection { figures.deadLetters[rejection.code, default: 0] += 1 }
        // What waits behind poison is none.
        let isPoison = rejection.map { $0.code != .parked } ?? false
        polled = PolledRecord(input: input, isDeadLetter: isPoison)
    }

    private func fireTimer() {
        if task.fireTimer() {
            figures.timers += 1
            if let code = task.lateRejection { figures.deadLetters[code, default: 0] += 1 }
            timersInARow += 1
            transactionMessages += 1
        }
    }

    // MARK: Poison

    private func judge(_ record: PolledRecord) {
        guard poison[record.input].count(isDeadLetter: record.isDeadLetter) else { return }
        let isPoisoned = poison[record.input].isPoisoned
        let topic = task.topics.inputs[record.input]
        observer(isPoisoned ? .slowed(input: topic) : .unslowed(input: topic))
        figures.slowedInputs = zip(task.topics.inputs, poison).compactMap {
            $1.isPoisoned ? $0 : nil
        }
    }

    /// Holds back an input that is poisoned and has just given a message, and lets go on one
    /// whose pause is over: one call a step.
    /// - Returns: whether there was one.
    private func holdOrLetGo(nowMs: Int64) throws(LogError) -> Bool {
        for input in poison.indices {
            switch poison[input].wanted(nowMs: nowMs) {
            case .nothing:
                continue
            case .hold:
                try log.setPaused(true, input: input)
                poison[input].held(nowMs: nowMs)
            case .letGo:
                try log.setPaused(false, input: input)
                poison[input].letGo()
            }
            return true
        }
        return false
    }

    // MARK: Figures

    func publish(nowMs: Int64) {
        figures.publishedMs = nowMs
        metrics.publish(figures)
    }
}
