internal import Contracts
internal import Streams

// What the scheduler does to the system between two steps.
extension Simulation {
    func inject(_ kind: FaultKind) {
        switch kind {
        case .crash: crash()
        case .pause: pause()
        case .stop: stop()
        case .join: join()
        case .eviction: evict()
        case .cut: cut()
        case .outage:
            world.note(.outage)
            world.outageUntilMs = world.elapsedMs + world.random.within(100...5_000)
        case .delivery:
            if pick(.running)?.process.deliver() ?? false { world.note(.delivery) }
        case .leap: leap()
        case .clockJump: jump()
        case .compaction: compact()
        case .foreignTransaction: play.stepForeign()
        case .offsetsLost: loseOffsets()
        default: return
        }
    }

    /// A slot whose process is in that state.
    private func pick(_ state: ProcessState) -> Slot? {
        world.random.pick(slots.filter { $0.process.state == state })
    }

    private func crash() {
        guard let slot = world.random.pick(slots), slot.process.state != .dead else { return }
        world.note(.crash)
        slot.process.kill()
        // At once under its name, soon, or after the group has given it up.
        let delayMs = [0, world.random.within(0...3_000), world.random.within(0...20_000)]
        slot.restartMs = world.elapsedMs + delayMs[world.random.below(3)]
    }

    /// What a half loaded coordinator says: for some partitions of a service, an offset of before or
    /// none. Its instances start again and ask.
    private func loseOffsets() {
        guard let service = world.random.pick(services) else { return }
        var lost = false
        for topic in service.topology.inputs {
            for partition in 0..<Int32(service.partitions) where world.random.chance(1, of: 2) {
                guard
                    let offset = world.broker.committedOffset(
                        group: service.name, topic: topic, partition: partition)
                else { continue }
                let isGone = world.random.chance(1, of: 4)
                world.broker.setCommittedOffset(
                    isGone ? nil : world.random.within(0...offset), group: service.name,
                    topic: topic, partition: partition)
                lost = true
            }
        }
        guard lost else { return }
        world.note(.offsetsLost)
        for slot in slots where slot.service === service && slot.process.state != .dead {
            slot.process.kill()
            slot.restartMs = world.elapsedMs + world.random.within(0...3_000)
        }
    }

    private func pause() {
        guard let slot = pick(.running) else { return }
        world.note(.pause)
        let process = slot.process
        guard world.random.chance(1, of: 2) else {
            process.link.stallsMs = world.random.within(50...3_000)
            return
        }
        process.state = .paused
        let ranges: [ClosedRange<Int64>] = [0...50, 0...500, 0...5_000, 6_000...25_000]
        process.pausedUntilMs =
            world.elapsedMs + world.random.within(ranges[world.random.below(4)])
        guard world.random.chance(1, of: 4), zombies.count < 3 else { return }
        world.note(.twin)
        zombies.append(process)
        slot.process = slot.service.makeProcess(slot.instance, skewMs: skew())
    }

    private func stop() {
        guard let slot = pick(.running) else { return }
        world.note(.stop)
        slot.process.requestStop(forGood: world.random.chance(1, of: 2))
        slot.restartMs = world.elapsedMs + world.random.within(0...20_000)
    }

    private func join() {
        guard let service = world.random.pick(services),
            slots.count(where: { $0.service === service }) < 4
        else { return }
        world.note(.join)
        addSlot(service)
    }

    private func evict() {
        guard let slot = pick(.running) else { return }
        world.note(.eviction)
        world.broker.expire(
            group: slot.service.name, instance: slot.instance,
            inputs: slot.service.topology.inputs)
    }

    private func cut() {
        guard let slot = pick(.running) else { return }
        world.note(.cut)
        let ranges: [ClosedRange<Int64>] = [100...3_000, 6_000...20_000]
        slot.process.link.cutUntilMs =
            world.elapsedMs + world.random.within(ranges[world.random.below(2)])
    }

    private func leap() {
        world.note(.leap)
        if world.random.chance(1, of: 8) {
            leapMs = world.random.within(20_000...1_200_000)
        } else {
            world.elapse(world.random.within(200...6_000))
        }
    }

    private func jump() {
        world.note(.clockJump)
        switch world.random.below(4) {
        case 0: world.jump(world.random.within(1_000...3_600_000))
        case 1: world.jump(-world.random.within(1_000...60_000))
        default:
            guard let slot = pick(.running) else { return }
            slot.process.skewMs = world.random.within(-60_000...60_000)
        }
    }

    private func compact() {
        let names = services.compactMap(\.topology.changelog) + play.compacted
        guard let name = world.random.pick(names) else { return }
        world.note(.compaction)
        // Kafka keeps tombstones for a day (delete.retention.ms), so that no reader misses one that
        // it was about to come to: no restore takes that long.
        let drops = world.random.chance(1, of: 2)
        let isRestoring = (slots.map(\.process) + zombies).contains { $0.isStarting }
        world.broker.compact(name, dropTombstones: drops && !isRestoring)
    }
}
