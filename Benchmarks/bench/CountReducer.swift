internal import Contracts
internal import Streams

/// Counts its messages by their keys, in a table with a changelog.
struct CountReducer: Reducer {
    let topology: Topology
    let counts = Table<CountKey, Int64>(id: 1, name: "counts")
    var tables: [any StateStore] { [counts] }
    var timers: Timers? { nil }

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        guard let key = unsafe record.withKey({ unsafe $0.flatMap { unsafe CountKey($0) } }) else {
            throw Rejection(.malformed, "a key of another size")
        }
        counts.update(key, initial: 0) { $0 += 1 }
    }

    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}
}
