internal import Streams

/// Somebody else who writes in transactions, keeps them open for a while, and commits them or not:
/// readers wait behind an open one, and never see an aborted one. On the ingress it is any producer;
/// on a changelog one under another id, such as an old release's, and that never commits.
final class ForeignProducer {
    private let world: World
    private let load: SimulatedLoad
    private let task: InProcessTask
    private let services: [any AnyService]
    private var isOpen = false
    private var mayCommit = true

    init(
        _ world: World, _ load: SimulatedLoad, _ services: [any AnyService]
    ) throws(LogError) {
        self.world = world
        self.load = load
        self.services = services
        let topology = Topology(
            service: "foreign", inputs: [],
            outputs: ["nervous.ingress"] + services.compactMap(\.topology.changelog),
            changelog: nil)
        let member = InProcessMember(
            broker: world.broker, group: "foreign", instance: "foreign", inputs: [])
        task = try member.openTask(partition: 0, topics: TaskTopics(topology))
        try task.initTransactions()
    }

    /// Makes its next call.
    func step() {
        world.note(.foreignTransaction)
        do throws(LogError) {
            if !isOpen {
                try task.beginTransaction()
                isOpen = true
                mayCommit = true
                world.opened(task.transactionalID)
            }
            switch world.random.below(3) {
            case 0: try end()
            case 1: try writeChangelog()
            default: try writeIngress()
            }
        } catch {
            recover(error)
        }
    }

    /// Ends what is open.
    func finish() {
        guard isOpen else { return }
        do throws(LogError) { try end() } catch { recover(error) }
    }

    private func writeIngress() throws(LogError) {
        let message = load.makeForeign()
        var buffer = OutputBuffer()
        buffer.append(topic: 0, key: Array(message.key.utf8), value: Array(message.value.utf8))
        try write(buffer)
    }

    private func writeChangelog() throws(LogError) {
        let service = world.random.below(services.count)
        let partition = Int32(world.random.below(services[service].partitions))
        mayCommit = false
        var buffer = OutputBuffer()
        buffer.append(topic: 1 + service, partition: partition, key: [1], value: [])
        try write(buffer)
    }

    private func write(_ buffer: borrowing OutputBuffer) throws(LogError) {
        try buffer.withRecord(at: 0) { record throws(LogError) in try task.produce(record) }
        if world.random.chance(1, of: 2) { try task.flush() }
    }

    private func end() throws(LogError) {
        if mayCommit, world.random.chance(1, of: 2) {
            try task.commitTransaction()
        } else {
            try task.abortTransaction()
        }
        isOpen = false
        world.ended(task.transactionalID)
    }

    private func recover(_ error: LogError) {
        guard error.kind != .retriable else { return }
        // Its time was over: it begins anew.
        isOpen = false
        task.close()
        world.ended(task.transactionalID)
        try? task.initTransactions()
    }
}
