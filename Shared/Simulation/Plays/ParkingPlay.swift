internal import Contracts
internal import Streams

/// A service whose topic says `order: key`, producers that send it what it cannot take, and somebody
/// who mends dead letters, replays them in any order and gives some up.
///
/// At rest its state has to be that of the same messages in the order in which they were sent, the
/// bad ones mended, without those that were given up.
final class ParkingPlay: Play {
    private struct Letter {
        let key: String
        let value: String
        let turn: String?
    }

    let services: [any AnyService]
    let compacted: [String] = []
    private(set) var count = 0
    private let world: World
    private let keeper: SimulatedService<OrderKeeper>
    private var chains = KeyChains()
    private var givenUp: Set<String> = []
    /// Letters that were read and about which nothing was done yet, by partition.
    private var letters: [[Letter]]
    private var positions: [Int64]

    init(_ world: World, keepsOrder: Bool) {
        self.world = world
        keeper = SimulatedService(
            world, partitions: world.plan.partitions,
            orderedInputs: keepsOrder ? [OrderKeeper.input] : []
        ) { _ in OrderKeeper() }
        services = [keeper]
        letters = Array(repeating: [], count: world.plan.partitions)
        positions = Array(repeating: 0, count: world.plan.partitions)
        world.createTopics(of: keeper)
    }

    func send() {
        guard !world.isOut else { return }
        // One message is sent for some dozen steps, which is rare for a single service.
        for _ in 0..<1 + world.random.below(6) {
            count += 1
            let key = "key-\(world.random.below(5))"
            let isBad = world.random.chance(1, of: 6)
            let stillBad = isBad && world.random.chance(1, of: 3)
            let value = String(count)
            chains.send(value, key: key)
            produce(
                key,
                (stillBad ? OrderKeeper.bad : "") + (isBad ? OrderKeeper.bad : "") + value,
                headers: [])
        }
    }

    /// Does something about one letter of one partition.
    func step() {
        guard !world.isOut else { return }
        let partition = world.random.below(letters.count)
        read(partition)
        guard !letters[partition].isEmpty else { return }
        // Out of turn as well, as a filter does.
        let isFirst = world.isCalm || world.random.chance(2, of: 3)
        let index = isFirst ? 0 : world.random.below(letters[partition].count)
        let letter = letters[partition].remove(at: index)
        guard world.isCalm || world.random.chance(9, of: 10) else { return giveUp(letter) }
        let isBad = letter.value.hasPrefix(OrderKeeper.bad)
        produce(
            letter.key,
            isBad ? String(letter.value.dropFirst(OrderKeeper.bad.utf8.count)) : letter.value,
            headers: letter.turn.map { [RecordHeader(DeadLetter.Header.turn, text: $0)] } ?? [])
    }

    private func giveUp(_ letter: Letter) {
        givenUp.insert(String(letter.value.split(separator: ":").last ?? ""))
        guard let turn = letter.turn else { return }
        produce(
            letter.key, nil, headers: [RecordHeader(DeadLetter.Header.released, text: turn)])
    }

    private func produce(_ key: String, _ value: String?, headers: [RecordHeader]) {
        do throws(LogError) {
            try world.broker.produce(
                OrderKeeper.input, key: Array(key.utf8), value: value.map { Array($0.utf8) },
                headers: headers)
        } catch {
            world.report(.accounting, "a message could not be sent: \(error)")
        }
    }

    private func read(_ partition: Int) {
        while let record = world.broker.record(
            OrderKeeper.input + ".dlq", partition: Int32(partition), from: positions[partition])
        {
            positions[partition] = record.offset + 1
            letters[partition].append(
                Letter(
                    key: record.keyText ?? "", value: record.valueText ?? "",
                    turn: record.header(DeadLetter.Header.turn)))
        }
    }

    func stepForeign() {}

    func finish() {}

    func unrest() -> String? {
        for partition in letters.indices { read(partition) }
        return letters.allSatisfy(\.isEmpty) ? nil : "dead letters wait"
    }

    func check(topics: [String]) {
        let entries = keeper.replays.map { $0.entries() }
        for tables in entries {
            for (key, _) in tables[ParkedKeys.tableID] ?? [:] {
                world.report(
                    .order, "\(String(decoding: key, as: UTF8.self)) is parked, but nobody waits")
            }
        }
        chains.check(entries, world: world, isLeftOut: givenUp.contains)
    }
}
