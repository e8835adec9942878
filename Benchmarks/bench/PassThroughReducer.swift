internal import Contracts
internal import Streams

/// Passes every record on as it came; what the pipeline itself costs is all that is left.
struct PassThroughReducer: Reducer {
    let topology: Topology
    var tables: [any StateStore] { [] }
    var timers: Timers? { nil }

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        context.forward(record, toOutput: 0)
    }

    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}
}
