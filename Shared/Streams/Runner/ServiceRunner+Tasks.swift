internal import Contracts
internal import Synchronization

// Tasks: all of this runs on the main loop's thread, within `GroupMember.poll` or between polls.
extension ServiceRunner {
    /// Starts the tasks, and returns once each has fenced its owner before and fixed the end of
    /// its restore: the restore itself goes on while the group's heartbeats do.
    public func assigned(_ partitions: [Int32]) {
        observer(.assigned(partitions))
        defer { hasJoined.store(true, ordering: .releasing) }
        for partition in partitions { start(partition, failures: 0) }
        announce()
        let endMs = clock() + settings.prepareMs
        for partition in partitions {
            guard let runner = tasks.withLock({ $0[partition]?.runner }) else { continue }
            while clock() < endMs, !runner.wait(timeoutMs: 100, until: { $0 != .starting }) {
                turn()
            }
        }
    }

    /// Stops the tasks: with a commit unless others may own them already.
    public func revoked(_ partitions: [Int32], lost: Bool) {
        observer(.revoked(partitions, lost: lost))
        end(partitions, lost: lost)
        announce()
    }

    func end(_ partitions: [Int32], lost: Bool) {
        let runners = tasks.withLock { tasks in
            partitions.compactMap { tasks.removeValue(forKey: $0)?.runner }
        }
        for runner in runners { runner.requestStop(commit: !lost) }
        let endMs = clock() + settings.drainMs
        for runner in runners {
            while !runner.wait(timeoutMs: 50, until: { $0 == .stopped || $0 == .failed }) {
                turn()
                if clock() >= endMs { runner.requestStop(commit: false) }
            }
            runner.join()
        }
    }

    /// Looks after the tasks between polls.
    /// - Returns: a failure that starting again would not mend.
    func tend() -> TaskFailure? {
        let nowMs = clock()
        for task in tasks.withLock({ $0.values.sorted { $0.partition < $1.partition } }) {
            if let restartMs = task.restartMs {
                if nowMs >= restartMs {
                    restarts.add(1, ordering: .relaxed)
                    start(task.partition, failures: task.failures)
                }
            } else if let runner = task.runner, runner.state == .failed,
                let failure = runner.failure
            {
                runner.join()
                guard failure.remedy != .person else { return failure }
                let ranWell = runner.metrics.figures.commits > 0
                retire(
                    task.partition, failure, failures: ranWell ? 1 : task.failures + 1,
                    nowMs: nowMs)
            }
        }
        return nil
    }

    private func start(_ partition: Int32, failures: Int) {
        let observer = observer
        do throws(LogError) {
            let log = try member.openTask(partition: partition, topics: TaskTopics(topology))
            let pipeline = TaskPipeline(
                makeReducer(partition), over: log, identity: identity,
                settings: settings.pipeline, clock: clock, glance: glance,
                observer: { observer(.task(partition, $0)) })
            let runner = Runner(pipeline, partition: partition)
            do throws(LogError) { try runner.start() } catch {
                log.close()
                throw error
            }
            keep(
                OwnedTask(
                    partition: partition, runner: runner, failure: nil, failures: failures,
                    restartMs: nil))
        } catch {
            retire(partition, TaskFailure(error), failures: failures + 1, nowMs: clock())
        }
    }

    private func retire(
        _ partition: Int32, _ failure: TaskFailure, failures: Int, nowMs: Int64
    ) {
        let doubled = settings.restartMs << Int64(min(max(failures - 1, 0), 16))
        let delayMs =
            failure.remedy == .giveUp ? settings.fencedRestartMs : min(60_000, doubled)
        observer(.restarting(partition, failure, inMs: delayMs))
        keep(
            OwnedTask(
                partition: partition, runner: nil, failure: failure, failures: failures,
                restartMs: nowMs + delayMs))
    }

    private func keep(_ task: OwnedTask<R, M.Task>) {
        tasks.withLock { $0[task.partition] = task }
    }
}
