internal import Streams

// The tasks of a process.
extension SimulatedProcess {
    func start(_ partition: Int32, failures: Int) {
        do throws(LogError) {
            let inner = try member.openTask(
                partition: partition, topics: TaskTopics(service.topology))
            inner.restoreChunk = world.plan.restoreChunk
            let log = SimulatedLog(
                inner, world: world, link: link, inputCount: service.topology.inputs.count)
            let pipeline = TaskPipeline(
                service.makeReducer(partition), over: log, identity: service.identity,
                settings: service.pipelineSettings(), clock: { [unowned self] in nowMs })
            let replay = service.replays[Int(partition)]
            log.onCommit = { [unowned task = pipeline.task] transaction in
                replay.take(transaction, nowMs: task.context.nowMs, runs: task.runs)
            }
            tasks[partition] = SimulatedTask(
                pipeline: pipeline, log: log, readyMs: world.elapsedMs, failures: failures)
        } catch {
            retire(partition, TaskFailure(error), failures: failures + 1)
        }
    }

    func stepTask(_ partition: Int32) {
        guard let pipeline = tasks[partition]?.pipeline, let log = tasks[partition]?.log else {
            return
        }
        var readyMs = world.elapsedMs
        do throws(TaskFailure) {
            switch try pipeline.step() {
            case .next:
                if log.isDry, pipeline.isIdle {
                    readyMs += 1 + Int64(world.random.below(100))
                } else if log.last.isRemote, !world.isCalm {
                    readyMs += Int64(world.random.below(world.plan.callMs))
                }
            case .wait(let ms): readyMs += ms
            case .stopped:
                pipeline.close()
                tasks[partition]?.pipeline = nil
                tasks[partition]?.log = nil
                return
            }
        } catch {
            return fail(partition, pipeline, error)
        }
        tasks[partition]?.readyMs = readyMs
        if log.last == .sendOffsets, let ms = link.stallsMs, !world.isCalm { stall(ms) }
        guard pipeline.isRunning, tasks[partition]?.isChecked == false else { return }
        tasks[partition]?.isChecked = true
        // A zombie may go on from what was true before it stood still: nothing comes of it.
        guard log.inner.isOwner else { return }
        check(partition, pipeline, "after its restore")
    }

    /// Stands still, and often the group gives its partitions to others at once.
    private func stall(_ ms: Int64) {
        link.stallsMs = nil
        state = .paused
        pausedUntilMs = world.elapsedMs + ms
        guard world.random.chance(3, of: 4) else { return }
        world.note(.eviction)
        world.broker.expire(
            group: service.name, instance: instance, inputs: service.topology.inputs)
    }

    private func fail(
        _ partition: Int32, _ pipeline: TaskPipeline<R, SimulatedLog>, _ failure: TaskFailure
    ) {
        pipeline.close()
        guard failure.remedy != .person else {
            return world.report(.stopped, "\(service.name)-\(partition) on \(instance): \(failure)")
        }
        let ranWell = pipeline.metrics.figures.commits > 0
        retire(
            partition, failure, failures: ranWell ? 1 : (tasks[partition]?.failures ?? 0) + 1)
    }

    private func retire(_ partition: Int32, _ failure: TaskFailure, failures: Int) {
        let settings = service.settings
        let doubledMs = settings.restartMs << Int64(min(max(failures - 1, 0), 16))
        let delayMs =
            failure.remedy == .giveUp ? settings.fencedRestartMs : min(60_000, doubledMs)
        tasks[partition] = SimulatedTask(
            readyMs: .max, restartMs: world.elapsedMs + delayMs, failures: failures)
    }

    /// Holds the tables against those of the serial replay.
    private func check(
        _ partition: Int32, _ pipeline: TaskPipeline<R, SimulatedLog>, _ when: String
    ) {
        let live = pipeline.task.entries()
        let replayed = service.replays[Int(partition)].entries()
        guard live != replayed else { return }
        world.report(
            .state,
            "\(service.name)-\(partition) on \(instance) \(when): "
                + Self.difference(live, replayed))
    }

    private static func difference(
        _ live: [UInt8: [[UInt8]: [UInt8]]], _ replayed: [UInt8: [[UInt8]: [UInt8]]]
    ) -> String {
        for id in Set(live.keys).union(replayed.keys).sorted() {
            let (one, other) = (live[id] ?? [:], replayed[id] ?? [:])
            let keys = Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }
            guard let key = keys.min(by: { $0.lexicographicallyPrecedes($1) }) else { continue }
            let text = String(decoding: key, as: UTF8.self)
            return "table \(id), key \(text) (\(keys.count) differ): "
                + "\(one[key].map { "\($0)" } ?? "none"), not \(other[key].map { "\($0)" } ?? "none")"
        }
        return "no key differs"
    }

    // MARK: Rest

    var running: [Int32] {
        tasks.keys.sorted().filter { tasks[$0]?.pipeline?.isRunning ?? false }
    }

    var isStarting: Bool {
        tasks.values.contains { $0.pipeline.map { !$0.isRunning } ?? false }
    }

    func unrest() -> String? {
        switch phase {
        case .polling: break
        case .ending: return "\(instance) is giving partitions up"
        case .preparing: return "\(instance) is preparing partitions"
        }
        for (partition, task) in tasks.sorted(by: { $0.key < $1.key }) {
            let name = "\(service.name)-\(partition) on \(instance)"
            guard let pipeline = task.pipeline, let log = task.log else {
                return "\(name) waits to be started again"
            }
            guard pipeline.isRunning else { return "\(name) is starting" }
            guard pipeline.isIdle, log.isDry else { return "\(name) is at work" }
            for (topic, position) in zip(service.topology.inputs, log.positions())
            where world.broker.record(topic, partition: partition, from: position) != nil {
                return "\(name) is behind on \(topic) at \(position)"
            }
            if let dueMs = pipeline.task.nextDueMs, dueMs <= nowMs {
                return "\(name) has a timer due"
            }
        }
        return nil
    }

    /// At rest: every task's tables are those of the serial replay, and nothing was left out.
    func checkAtRest() {
        for (partition, task) in tasks.sorted(by: { $0.key < $1.key }) {
            guard let pipeline = task.pipeline else { continue }
            check(partition, pipeline, "at rest")
            service.replays[Int(partition)].finish(nowMs: nowMs)
        }
    }
}
