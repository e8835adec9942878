internal import Contracts

// The start. The order is correctness: a new owner fences the old one before it looks at the
// offsets, and reads the offsets before the end of the changelog; else an old owner whose offsets
// were already validated commits in between, and the task goes on from a state that is behind.
extension TaskPipeline {
    func performStart() throws(LogError) {
        switch phase {
        case .initTransactions:
            try log.initTransactions()
            phase = .committedOffsets
        case .committedOffsets:
            committed = try log.committedOffsets()
            phase = .inputStarts
        case .inputStarts:
            inputStarts = try log.inputStarts()
            if task.topics.changelog == nil { finishRestore() } else { phase = .changelogStart }
        case .changelogStart:
            try checkChangelogStart()
        case .changelogEnd:
            changelogEnd = try log.changelogEnd()
            phase =
                settings.plantedBug == .endBeforeOffsets ? .initTransactions : .restoring
        case .restoring:
            try restore()
        case .restoreStalled:
            try explainStall()
        case .doubting:
            try lookAgain()
        case .startConsuming:
            try log.startConsuming(at: nextOffsets)
            phase = .idle
        default:
            break
        }
    }

    /// "nervous.os-core.state[2]".
    private var changelogPlace: String { place(task.topics.changelog ?? "") }

    private func place(_ topic: String) -> String { "\(topic)[\(log.partition)]" }

    /// A changelog loses its head only by deletion, which takes newest values with it.
    private func checkChangelogStart() throws(LogError) {
        let start = try log.changelogStart()
        guard start == 0 else {
            return fail(
                TaskFailure(
                    .changelogTruncated,
                    "\(changelogPlace) begins at offset \(start): what was before it is deleted, "
                        + "and with it what the tables held"))
        }
        phase = settings.plantedBug == .endBeforeOffsets ? .restoring : .changelogEnd
    }

    private func restore() throws(LogError) {
        let startMs = restoreStartMs ?? clock()
        if restoreStartMs == nil {
            restoreStartMs = startMs
            restoreCalledMs = startMs
        }
        var failure: TaskFailure?
        let progress = try log.restore(
            to: changelogEnd, timeoutMs: settings.restorePollMs
        ) { offset, key, value in
            guard failure == nil else { return }
            figures.restoreRecords += 1
            do throws(TaskFailure) { try task.restore(key: key, value: value) } catch {
                failure = TaskFailure(
                    error.code, "\(changelogPlace), offset \(offset): \(error.message)")
            }
        }
        let nowMs = clock()
        figures.restoreMs = nowMs - startMs
        if let failure { return fail(failure) }
        switch progress {
        case .done:
            finishRestore()
        case .progressed:
            restoreWaitedMs = 0
            publish(nowMs: nowMs)
        case .waiting:
            // Time in which the process stood still, or its clock was set, is none that it waited.
            let sinceMs = max(0, nowMs - restoreCalledMs)
            restoreWaitedMs += min(sinceMs, max(1_000, Int64(settings.restorePollMs)))
            if restoreWaitedMs >= settings.restoreStallMs { phase = .restoreStalled }
        }
        restoreCalledMs = nowMs
    }

    /// The restore has read nothing for too long: says which of two faults it is.
    private func explainStall() throws(LogError) {
        let end = try log.changelogEnd()
        if end < changelogEnd {
            fail(
                TaskFailure(
                    .changelogTruncated,
                    "\(changelogPlace) ended at offset \(changelogEnd) when the restore began, and "
                        + "ends at \(end) now"))
        } else {
            fail(
                TaskFailure(
                    .changelogHanging,
                    "\(changelogPlace) has a transaction that did not end in "
                        + "\(settings.restoreStallMs / 1_000) s: \(log.openTransaction())"))
        }
    }

    /// Where the inputs go on: where the tables say, or the group if it is further. Both were
    /// written by the same transactions; the group is behind, or has nothing, where its offsets
    /// were set back or have expired, or where its coordinator has lost them.
    private func finishRestore(isSecondLook: Bool = false) {
        let recorded = Dictionary(
            (task.restored?.positions ?? []).map { ($0.topic, $0.nextOffset) },
            uniquingKeysWith: { _, last in last })
        let hasTables = figures.restoreRecords > 0
        var offsets: [Int64] = []
        isGroupBehind = false
        for (input, topic) in task.topics.inputs.enumerated() {
            let start = inputStarts[input]
            let known = recorded[topic]
            if let known, committed[input] ?? -1 < known {
                guard isSecondLook else { return doubt(nil) }
                isGroupBehind = true
                observer(.groupBehind(input: topic, offset: committed[input], tables: known))
            }
            guard let offset = [committed[input], known].compactMap(\.self).max() else {
                guard !hasTables || task.restored != nil else {
                    let lost = TaskFailure(
                        .offsetsLost,
                        "the tables hold messages of \(place(topic)), but neither they nor the "
                            + "group say how far")
                    return isSecondLook ? fail(lost) : doubt(lost)
                }
                offsets.append(start)
                continue
            }
            if offset < start {
                let lost = TaskFailure(
                    .inputLost,
                    "\(place(topic)) begins at offset \(start), but the next to read would be "
                        + "\(offset): its retention has dropped \(start - offset) offsets "
                        + "that were never read")
                return isSecondLook ? fail(lost) : doubt(lost)
            }
            offsets.append(offset)
        }
        guard hasTables || task.topics.changelog == nil || committed.allSatisfy({ $0 == nil })
        else {
            return fail(
                TaskFailure(
                    .changelogTruncated,
                    "the group has committed offsets, but \(changelogPlace) holds no record: it was "
                        + "emptied, and with it what the tables held is lost"))
        }
        committedOffsets = offsets
        nextOffsets = offsets
        let nowMs = clock()
        positionedMs = isGroupBehind ? nowMs - settings.idleCommitMs : nowMs
        phase = .startConsuming
        figures.parkedKeys = task.parkedKeys
        publish(nowMs: nowMs)
        observer(.restored(records: figures.restoreRecords, durationMs: figures.restoreMs))
    }

    /// Offsets that do not fit the tables may be older than these: whoever stood still between the
    /// two calls, and has lost the task to another owner meanwhile, reads what that one wrote. A
    /// second look at the offsets tells.
    private func doubt(_ failure: TaskFailure?) {
        self.failure = failure
        phase = .doubting
    }

    private func lookAgain() throws(LogError) {
        guard try log.committedOffsets() == committed else {
            return fail(
                TaskFailure(
                    .fenced, "another owner has gone on while this one was starting",
                    cause: LogError(
                        .fenced, code: "_FENCED", failure?.message ?? "offsets have moved")))
        }
        failure = nil
        finishRestore(isSecondLook: true)
    }
}
