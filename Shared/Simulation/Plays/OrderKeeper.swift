internal import Contracts
internal import Streams

/// A service whose state shows in which order each key's messages were taken. What it cannot take
/// is marked so.
struct OrderKeeper: Reducer {
    static let input = "play.entries"
    static let topology = Topology(
        service: "order-keeper", inputs: [input], outputs: [],
        changelog: "play.order-keeper.state")
    /// What a message begins with that cannot be taken.
    static let bad = "bad:"

    let chains = Table<String, Int64>(id: 1, name: "chains")
    var topology: Topology { Self.topology }
    var tables: [any StateStore] { [chains] }
    var timers: Timers? { nil }

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        let key = String(decoding: record.copyKey() ?? [], as: UTF8.self)
        let value = String(decoding: record.copyValue() ?? [], as: UTF8.self)
        chains[key] = Self.link(chains[key] ?? 0, value)
        if value.hasPrefix(Self.bad) { throw Rejection(.schema, "it is marked") }
    }

    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}

    /// The chain with one message more: another order is another number.
    static func link(_ chain: Int64, _ value: String) -> Int64 {
        value.utf8.reduce(chain &* 1_000_003 &+ 7) { ($0 ^ Int64($1)) &* 1_099_511_628_211 }
    }
}
