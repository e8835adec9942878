internal import Contracts
package import Streams

/// One run: the four services with their real reducers and pipelines on a log in the process, a
/// clock and a scheduler that are drawn from the seed, and faults at any moment.
///
/// It makes `steps` steps with faults, then ends the faults and waits until the system has come to
/// rest. What is committed is held against a serial replay as it happens, everything else at rest.
package final class Simulation {
    let world: World
    let services: [any AnyService]
    var slots: [Slot] = []
    /// Processes whose names others have taken while they stood still.
    var zombies: [any AnyProcess] = []
    let play: any Play
    /// A long leap that waits until no transaction is open.
    var leapMs: Int64?
    private let seed: UInt64
    private let steps: Int

    /// Most steps that the system may take to come to rest.
    static let restSteps = 60_000

    /// A run.
    /// - Parameters:
    ///   - seed: what everything is drawn from: one seed, one run.
    ///   - steps: how many steps with faults. A run with fewer steps begins as one with more.
    package convenience init(
        seed: UInt64, steps: Int, policies: SimulationPolicies
    ) throws(SimulationError) {
        try self.init(seed: seed, steps: steps, policies: policies, plantedBug: nil)
    }

    package convenience init(
        seed: UInt64, steps: Int, policies: SimulationPolicies, plantedBug: PlantedBug?
    ) throws(SimulationError) {
        try self.init(seed: seed, steps: steps, plantedBug: plantedBug) { world throws(LogError) in
            try BusPlay(world, policies)
        }
    }

    /// A run of one service with dead letters, whose keys keep their order or do not.
    package convenience init(
        parkingSeed seed: UInt64, steps: Int, keepsOrder: Bool = true
    ) throws(SimulationError) {
        try self.init(seed: seed, steps: steps, plantedBug: nil) { world throws(LogError) in
            ParkingPlay(world, keepsOrder: keepsOrder)
        }
    }

    /// A run of one service that cannot take some messages yet.
    package convenience init(retrySeed seed: UInt64, steps: Int) throws(SimulationError) {
        try self.init(seed: seed, steps: steps, plantedBug: nil) { world throws(LogError) in
            RetryPlay(world)
        }
    }

    init(
        seed: UInt64, steps: Int, plantedBug: PlantedBug?,
        play makePlay: (World) throws(LogError) -> any Play
    ) throws(SimulationError) {
        self.seed = seed
        self.steps = steps
        world = World(seed: seed, plantedBug: plantedBug)
        do throws(LogError) { play = try makePlay(world) } catch {
            throw SimulationError("the log does not work: \(error)")
        }
        services = play.services
        for service in services {
            for _ in 0..<world.plan.instances { addSlot(service) }
        }
    }

    func addSlot(_ service: any AnyService) {
        let number = slots.count { $0.service === service }
        let instance = "\(service.name)-i\(number)"
        slots.append(
            Slot(
                service, instance: instance, process: service.makeProcess(instance, skewMs: skew()),
                nowMs: world.elapsedMs))
    }

    func skew() -> Int64 {
        world.plan.keepsClocksRight ? 0 : world.random.within(-2_000...2_000)
    }

    // MARK: The run

    /// Runs it.
    package func run() -> SimulationReport {
        while world.step < steps, world.violation == nil { stepWithFaults() }
        let faultSteps = world.step
        if world.violation == nil { comeToRest() }
        if world.violation == nil { checkAtRest() }
        return SimulationReport(
            seed: seed, faultSteps: faultSteps, steps: world.step, violation: world.violation,
            injected: world.injected, messages: play.count,
            transactions: services.reduce(0) { $0 + $1.transactions },
            elapsedMs: world.elapsedMs, bug: world.plantedBug?.rawValue)
    }

    /// A digest of everything that the topics hold: the same for the same run.
    package func digest() -> String { TopicDigest.make(world.broker, topics: topicNames) }

    /// What is committed on a topic, a line a record: partition, offset, time, key and value.
    package func lines(of topic: String) -> [String] {
        (0..<Int32(world.plan.partitions)).flatMap { partition in
            ((try? world.broker.read(topic, partition: partition)) ?? []).map { record in
                "\(topic)[\(partition)]@\(record.offset) \(record.timestampMs) "
                    + "\(record.keyText ?? "-") \(record.valueText ?? "(tombstone)")"
            }
        }
    }

    /// Every topic, in order.
    var topicNames: [String] {
        Set(services.flatMap { TaskTopics($0.topology).inputs + TaskTopics($0.topology).written })
            .sorted()
    }

    private func stepWithFaults() {
        world.nextStep()
        world.elapse(Int64(world.random.below(3)))
        tendSlots()
        for kind in FaultPlan.scheduled where world.plan.happens(kind, &world.random) {
            inject(kind)
        }
        if world.random.below(world.plan.loadEvery) == 0 { play.send() }
        if world.random.chance(1, of: 20) { play.step() }
        if world.random.chance(1, of: 3) { writeMarker() }
        if let ms = leapMs, !world.hasOpenTransaction {
            leapMs = nil
            world.elapse(ms)
        }
        stepSomebody()
    }

    func writeMarker() {
        let count = world.broker.markerCount
        guard count > 0 else { return }
        if !world.isCalm { world.note(.markers) }
        world.broker.writeMarker(world.random.below(count))
    }

    /// Lets any thread of any process that has something to do make a step; if there is none, time
    /// passes until there is.
    func stepSomebody() {
        let all = slots.map(\.process) + zombies
        let first = world.random.below(all.count)
        var soonestMs = Int64.max
        for offset in all.indices {
            let process = all[(first + offset) % all.count]
            let readyMs = process.readyMs
            if readyMs <= world.elapsedMs { return process.step() }
            soonestMs = min(soonestMs, readyMs)
        }
        for slot in slots { soonestMs = min(soonestMs, slot.restartMs ?? .max) }
        world.elapse(min(1_000, max(0, soonestMs - world.elapsedMs)))
    }

    /// Starts again what has ended, and lets the group put out whom it has not heard of.
    func tendSlots() {
        zombies.removeAll { $0.state == .dead }
        for slot in slots {
            let process = slot.process
            let isHeard =
                process.state == .running && !process.link.isCut(world.elapsedMs) || world.isOut
            if isHeard {
                slot.heardMs = world.elapsedMs
            } else if world.elapsedMs - slot.heardMs > World.sessionTimeoutMs {
                slot.heardMs = world.elapsedMs
                world.note(.sessionTimeout)
                world.broker.expire(
                    group: slot.service.name, instance: slot.instance,
                    inputs: slot.service.topology.inputs)
            }
            guard process.state == .dead else { continue }
            let restartMs =
                slot.restartMs ?? world.elapsedMs + Int64(world.random.below(2_000))
            slot.restartMs = restartMs
            guard world.elapsedMs >= restartMs || world.isCalm else { continue }
            slot.restartMs = nil
            slot.process = slot.service.makeProcess(slot.instance, skewMs: skew())
        }
    }
}
