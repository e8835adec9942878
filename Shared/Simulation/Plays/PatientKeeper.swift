internal import Contracts
internal import Streams

/// A service that cannot take a message before the time that it says, and whose state shows in which
/// order each key's messages were taken.
struct PatientKeeper: Reducer {
    static let input = "play.patient"
    static let topology = Topology(
        service: "patient-keeper", inputs: [input], outputs: [],
        changelog: "play.patient-keeper.state")

    let chains = Table<String, Int64>(id: 1, name: "chains")
    let goodbyes = Timers()
    var topology: Topology { Self.topology }
    var tables: [any StateStore] { [chains, goodbyes] }
    var timers: Timers? { goodbyes }

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        let key = String(decoding: record.copyKey() ?? [], as: UTF8.self)
        let value = String(decoding: record.copyValue() ?? [], as: UTF8.self)
        // What the message changes before it is refused must not stay.
        chains[key] = OrderKeeper.link(chains[key] ?? 0, value)
        goodbyes.set(key, dueMs: context.nowMs + 5_000)
        let fromMs = value.split(separator: ":").first.flatMap { Int64($0) } ?? 0
        guard context.nowMs >= fromMs else {
            throw Rejection(.fromTheFuture, "not before \(fromMs)", isTransient: true)
        }
    }

    // A timer of its own, among those of what is tried again.
    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}
}
