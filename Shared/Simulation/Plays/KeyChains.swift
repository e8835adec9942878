internal import Contracts

/// What a play of keys has sent, and what the states of the keys must be: those of each key's
/// messages in the order in which they were sent.
struct KeyChains {
    private var sent: [String: [String]] = [:]

    /// Takes in that a message was sent.
    mutating func send(_ value: String, key: String) { sent[key, default: []].append(value) }

    /// Holds the table of keys (id 1) against what was sent.
    /// - Parameters:
    ///   - entries: the tables of each task.
    ///   - isLeftOut: whether a message was never taken.
    func check(
        _ entries: [[UInt8: [[UInt8]: [UInt8]]]], world: World, isLeftOut: (String) -> Bool
    ) {
        var chains: [[UInt8]: [UInt8]] = [:]
        for tables in entries { chains.merge(tables[1] ?? [:]) { one, _ in one } }
        for (key, values) in sent.sorted(by: { $0.key < $1.key }) {
            let taken = values.filter { !isLeftOut($0) }
            guard !taken.isEmpty else { continue }
            let chain = taken.reduce(0) { OrderKeeper.link($0, $1) }
            if chains[Array(key.utf8)] != chain.binary() {
                world.report(
                    .order,
                    "the state of \(key) is not that of its \(taken.count) messages in order")
            }
        }
    }
}
