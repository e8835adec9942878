internal import Contracts
internal import Streams

// The end of a run: no more faults, and everything comes to rest.
extension Simulation {
    /// Longer than control-core waits for the answer to a directive.
    private static let answersMs: Int64 = 70_000

    func comeToRest() {
        world.isCalm = true
        world.outageUntilMs = 0
        leapMs = nil
        for process in slots.map(\.process) + zombies {
            process.link.cutUntilMs = 0
            process.pausedUntilMs = min(process.pausedUntilMs, world.elapsedMs)
        }
        play.finish()
        settle()
        // What nobody answers has its time-out, and leads to more.
        for _ in 0..<2 where world.violation == nil {
            // Timers were set by clocks that were ahead, and are due by clocks that are behind.
            world.elapse(
                Self.answersMs + (world.plan.keepsClocksRight ? 0 : world.setBackMs + 125_000))
            settle()
        }
    }

    /// Steps until the system is at rest.
    private func settle() {
        var unrest: String?
        for count in 0..<Self.restSteps {
            guard world.violation == nil else { return }
            world.nextStep()
            world.elapse(Int64(world.random.below(2)))
            tendSlots()
            writeMarker()
            play.step()
            stepSomebody()
            // Looking costs more than a step.
            guard count.isMultiple(of: 16) else { continue }
            unrest = whyNotAtRest()
            if unrest == nil { return }
        }
        world.report(
            .progress, "not at rest \(Self.restSteps) steps after the last fault: \(unrest ?? "")")
    }

    private func whyNotAtRest() -> String? {
        guard world.broker.markerCount == 0 else { return "transactions are ending" }
        if let unrest = play.unrest() { return unrest }
        guard zombies.isEmpty else { return "a process lives whose name another one has" }
        for slot in slots {
            guard slot.process.state == .running else { return "\(slot.instance) is not running" }
            if let unrest = slot.process.unrest() { return unrest }
        }
        for service in services {
            let running = slots.filter { $0.service === service }.flatMap(\.process.running)
            let all = Array(0..<Int32(service.partitions))
            guard running.sorted() == all else {
                return "of \(service.name) the tasks \(running.sorted()) run, not \(all)"
            }
        }
        return nil
    }

    func checkAtRest() {
        for slot in slots { slot.process.checkAtRest() }
        play.check(topics: topicNames)
    }
}
