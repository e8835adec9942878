internal import Contracts
internal import Streams

/// A reducer of a round: its first message starts the clock, and it reads and writes the round's
/// own topics.
struct MeasuredReducer<Inner: Reducer>: Reducer {
    let topology: Topology
    private var inner: Inner
    private let stopwatch: Stopwatch
    private var hasBegun = false

    init(_ inner: Inner, topology: Topology, stopwatch: Stopwatch) {
        self.inner = inner
        self.topology = topology
        self.stopwatch = stopwatch
    }

    var tables: [any StateStore] { inner.tables }
    var timers: Timers? { inner.timers }

    mutating func start(_ context: ReducerContext) { inner.start(context) }

    mutating func reduce(
        _ record: borrowing InputRecord, _ context: ReducerContext
    ) throws(Rejection) {
        if !hasBegun {
            hasBegun = true
            stopwatch.begin()
        }
        try inner.reduce(record, context)
    }

    mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {
        inner.fire(timer, dueMs: dueMs, context)
    }
}
