internal import Streams

/// One life of one instance of a service: a member of the group with a task for each partition
/// number that it owns. It does what `ServiceRunner` does with threads, one step at a time.
final class SimulatedProcess<R: Reducer>: AnyProcess {
    /// What its main loop is about.
    enum Phase {
        case polling
        /// Waits until the tasks have stopped, and then gives them up.
        case ending([Int32], End, untilMs: Int64)
        case preparing([Int32], untilMs: Int64)
    }

    enum End { case revoked, lost(fenced: Bool), leaving(forGood: Bool) }

    let instance: String
    let link = Link()
    var state = ProcessState.running
    var pausedUntilMs: Int64 = 0
    var skewMs: Int64
    let service: SimulatedService<R>
    let world: World
    let member: InProcessMember
    var tasks: [Int32: SimulatedTask<R>] = [:]
    var phase = Phase.polling
    var mainReadyMs: Int64
    private var wantsEnd: Bool?

    init(_ service: SimulatedService<R>, instance: String, skewMs: Int64) {
        self.service = service
        self.instance = instance
        self.skewMs = skewMs
        world = service.world
        mainReadyMs = world.elapsedMs
        member = InProcessMember(
            broker: world.broker, group: service.name, instance: instance,
            inputs: service.topology.inputs)
    }

    var nowMs: Int64 { world.nowMs + skewMs }

    var readyMs: Int64 {
        guard state == .running else { return state == .paused ? pausedUntilMs : .max }
        return tasks.values.reduce(mainReadyMs) { first, task in
            task.pipeline == nil ? first : min(first, task.readyMs)
        }
    }

    func step() {
        if state == .paused {
            state = .running
            return
        }
        // The main loop and the tasks are threads: any that is ready may be next.
        var ready = tasks.keys.sorted().filter {
            tasks[$0]?.pipeline != nil && tasks[$0]?.readyMs ?? .max <= world.elapsedMs
        }
        if mainReadyMs <= world.elapsedMs { ready.append(-1) }
        guard let chosen = world.random.pick(ready) else { return }
        if chosen < 0 { turn() } else { stepTask(chosen) }
    }

    func requestStop(forGood: Bool) { wantsEnd = forGood }

    func kill() {
        state = .dead
        for partition in tasks.keys.sorted() { tasks[partition]?.log?.close() }
        tasks = [:]
    }

    func deliver() -> Bool {
        for partition in tasks.keys.sorted() {
            guard let log = tasks[partition]?.log, log.inner.pendingCount > 0,
                !world.isOut, !link.isCut(world.elapsedMs)
            else { continue }
            log.inner.deliver(1 + world.random.below(log.inner.pendingCount))
            return true
        }
        return false
    }

    // MARK: The main loop

    private func turn() {
        mainReadyMs = world.elapsedMs + 1 + Int64(world.random.below(100))
        switch phase {
        case .polling: poll()
        case .preparing(let partitions, let untilMs):
            let isReady = partitions.allSatisfy { tasks[$0]?.pipeline?.isPrepared ?? true }
            if isReady || world.elapsedMs >= untilMs { phase = .polling }
        case .ending(let partitions, let end, let untilMs):
            let left = partitions.filter { tasks[$0]?.pipeline != nil }
            guard left.isEmpty else {
                guard world.elapsedMs >= untilMs else { return }
                for partition in left { tasks[partition]?.pipeline?.requestStop(commit: false) }
                return
            }
            for partition in partitions { tasks[partition] = nil }
            finish(end)
        }
    }

    private func poll() {
        if let forGood = wantsEnd {
            wantsEnd = nil
            return end(tasks.keys.sorted(), .leaving(forGood: forGood))
        }
        // Whoever is cut off hears nothing of the group.
        guard !world.isOut, !link.isCut(world.elapsedMs) else { return tend() }
        switch member.next() {
        case .none: tend()
        case .revoke(let partitions): end(partitions, .revoked)
        case .lost(let partitions, let fenced): end(partitions, .lost(fenced: fenced))
        case .assign(let partitions):
            for partition in partitions { start(partition, failures: 0) }
            phase = .preparing(
                partitions, untilMs: world.elapsedMs + service.settings.prepareMs)
        }
    }

    private func end(_ partitions: [Int32], _ end: End) {
        let commits = if case .lost = end { false } else { true }
        for partition in partitions {
            tasks[partition]?.pipeline?.requestStop(commit: commits)
        }
        phase = .ending(partitions, end, untilMs: world.elapsedMs + service.settings.drainMs)
    }

    private func finish(_ end: End) {
        phase = .polling
        switch end {
        case .revoked: member.gaveUp()
        case .lost(let fenced):
            member.forget()
            // Another process has its name: this one ends.
            if fenced { kill() }
        case .leaving(let forGood):
            if forGood {
                world.broker.expire(
                    group: service.name, instance: instance, inputs: service.topology.inputs)
            }
            kill()
        }
    }

    /// Starts the tasks again whose time has come.
    private func tend() {
        for partition in tasks.keys.sorted() {
            guard let task = tasks[partition], let restartMs = task.restartMs,
                world.elapsedMs >= restartMs
            else { continue }
            start(partition, failures: task.failures)
        }
    }
}
