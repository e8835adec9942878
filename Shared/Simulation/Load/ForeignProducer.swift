internal import Streams

/// Somebody else who writes the ingress in transactions, keeps them open for a while, and commits
/// them or not: readers wait behind an open one, and never see an aborted one.
final class ForeignProducer {
    private let world: World
    private let load: SimulatedLoad
    private let task: InProcessTask
    private var isOpen = false
    private static let topology = Topology(
        service: "foreign", inputs: [], outputs: ["nervous.ingress"], changelog: nil)

    init(_ world: World, _ load: SimulatedLoad) throws(LogError) {
        self.world = world
        self.load = load
        let member = InProcessMember(
            broker: world.broker, group: "foreign", instance: "foreign", inputs: [])
        task = try member.openTask(partition: 0, topics: TaskTopics(Self.topology))
        try task.initTransactions()
    }

    /// Makes its next call.
    func step() {
        world.note(.foreignTransaction)
        do throws(LogError) {
            if !isOpen {
                try task.beginTransaction()
                isOpen = true
                world.opened(task.transactionalID)
            }
            switch world.random.below(3) {
            case 0: try end()
            default: try write()
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

    private func write() throws(LogError) {
        let message = load.makeForeign()
        var buffer = OutputBuffer()
        buffer.append(topic: 0, key: Array(message.key.utf8), value: Array(message.value.utf8))
        try buffer.withRecord(at: 0) { record throws(LogError) in try task.produce(record) }
        if world.random.chance(1, of: 2) { try task.flush() }
    }

    private func end() throws(LogError) {
        if world.random.chance(1, of: 2) {
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
