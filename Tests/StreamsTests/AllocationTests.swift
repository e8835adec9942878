import CAllocations
import Streams
import Testing

/// What passes through takes memory that is there: with an allocation for each message the
/// pipeline would be a third slower.
struct AllocationTests {
    private struct PassThrough: Reducer {
        let topology = Topology(
            service: "s", inputs: ["in"], outputs: ["out"], changelog: nil)
        let tables: [any StateStore] = []
        var timers: Timers? { nil }

        func reduce(_ record: borrowing InputRecord, _ context: ReducerContext) {
            context.forward(record, toOutput: 0)
        }

        func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}
    }

    @Test(.enabled(if: dreamnet_allocations() >= 0, "a sanitizer has an allocator of its own"))
    func `a message that passes through allocates nothing`() throws {
        let pipeline = TaskPipeline(
            PassThrough(), over: QuietLog(key: "checkout", value: "{}"),
            identity: TaskIdentity(service: "s", group: "g", version: "1"), clock: { 1_000 })
        func pass(_ messages: Int) throws {
            let end = pipeline.metrics.figures.recordsIn + messages
            while pipeline.metrics.figures.recordsIn < end { _ = try pipeline.step() }
        }
        try pass(30_000)
        let before = dreamnet_allocations()
        try pass(50_000)
        let each = Double(dreamnet_allocations() - before) / 50_000
        // Without optimization the call of the log's closure takes one.
        #if DEBUG
            #expect(each < 1.5, "allocations a message")
        #else
            #expect(each < 0.1, "allocations a message")
        #endif
    }
}
