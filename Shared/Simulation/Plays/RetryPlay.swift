internal import Contracts
internal import Streams

/// A service that cannot take some messages yet, and some never.
///
/// At rest its state has to be that of each key's messages in the order in which they were sent,
/// without those that were tried in vain, which are dead letters, each once. Where clocks are set
/// back, a message may be tried in vain whose time would have come.
final class RetryPlay: Play {
    let services: [any AnyService]
    let compacted: [String] = []
    private(set) var count = 0
    private let world: World
    private let keeper: SimulatedService<PatientKeeper>
    private var chains = KeyChains()
    private var hopeless: Set<String> = []

    init(_ world: World) {
        self.world = world
        keeper = SimulatedService(world, partitions: world.plan.partitions) { _ in
            PatientKeeper()
        }
        services = [keeper]
        world.createTopics(of: keeper)
    }

    func send() {
        guard !world.isOut else { return }
        for _ in 0..<1 + world.random.below(3) {
            count += 1
            let key = "key-\(world.random.below(5))"
            var fromMs: Int64 = 0
            // Each waits half a minute or more, one of a key after the other: not too many.
            let isHopeless = hopeless.count < 5 && world.random.chance(1, of: 40)
            if isHopeless {
                fromMs = Int64.max
            } else if world.random.chance(1, of: 8) {
                // Less than what six attempts wait at least.
                fromMs = world.nowMs + Int64(world.random.below(12_000))
            }
            let value = "\(fromMs):\(count)"
            if isHopeless { hopeless.insert(value) }
            chains.send(value, key: key)
            do throws(LogError) {
                try world.broker.produce(
                    PatientKeeper.input, key: Array(key.utf8), value: Array(value.utf8))
            } catch {
                world.report(.accounting, "a message could not be sent: \(error)")
            }
        }
    }

    func step() {}

    func stepForeign() {}

    func finish() {}

    func unrest() -> String? {
        let waiting = keeper.replays.reduce(0) {
            $0 + ($1.entries()[RetryShelf.tableID]?.count ?? 0)
        }
        return waiting == 0 ? nil : "\(waiting) messages wait to be tried again"
    }

    func check(topics: [String]) {
        var letters: [String: Int] = [:]
        for partition in 0..<world.plan.partitions {
            let records =
                (try? world.broker.read(
                    PatientKeeper.input + ".dlq", partition: Int32(partition))) ?? []
            for record in records { letters[record.valueText ?? "", default: 0] += 1 }
        }
        for (value, times) in letters.sorted(by: { $0.key < $1.key })
        where times != 1 || world.plan.keepsClocksRight && !hopeless.contains(value) {
            world.report(.accounting, "\(value) is a dead letter \(times) times")
        }
        for value in hopeless.sorted() where letters[value] == nil {
            world.report(.accounting, "\(value) is no dead letter")
        }
        chains.check(keeper.replays.map { $0.entries() }, world: world) { letters[$0] != nil }
    }
}
