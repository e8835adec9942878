internal import Contracts
internal import Streams

/// Passes every record on as it came; what the pipeline itself costs is all that is left.
struct PassThroughReducer: Reducer {
    let topology: Topology
    let stopwatch: Stopwatch
    private var hasBegun = false

    init(topology: Topology, stopwatch: Stopwatch) {
        self.topology = topology
        self.stopwatch = stopwatch
    }

    var tables: [any StateStore] { [] }
    var timers: Timers? { nil }

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        if !hasBegun {
            hasBegun = true
            stopwatch.begin()
        }
        context.forward(record, toOutput: 0)
    }

    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}
}
