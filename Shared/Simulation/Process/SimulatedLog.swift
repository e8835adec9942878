internal import Streams

/// The log of a task, with faults before and after each call's effect.
final class SimulatedLog: TaskLog {
    let inner: InProcessTask
    private let world: World
    private let link: Link
    private let inputCount: Int
    /// Told of a commit that the broker has taken, before its owner learns of it.
    var onCommit: (CommittedTransaction) -> Void = { _ in }
    /// Whether the last thing it was asked was for a record, and there was none.
    private(set) var isDry = false
    /// The last call.
    private(set) var last = LogCall.seek

    init(_ inner: InProcessTask, world: World, link: Link, inputCount: Int) {
        self.inner = inner
        self.world = world
        self.link = link
        self.inputCount = inputCount
    }

    var partition: Int32 { inner.partition }

    private func call<Result>(
        _ call: LogCall, _ body: () throws(LogError) -> Result
    ) throws(LogError) -> Result {
        isDry = false
        last = call
        link.failsAfter = nil
        try world.before(call, of: link)
        let result = try body()
        try world.after(call, of: link)
        return result
    }

    func initTransactions() throws(LogError) {
        try call(.initTransactions) { () throws(LogError) in
            world.ended(inner.transactionalID)
            try inner.initTransactions()
        }
    }

    func committedOffsets() throws(LogError) -> [Int64?] {
        try call(.committedOffsets) { () throws(LogError) in try inner.committedOffsets() }
    }

    func inputStarts() throws(LogError) -> [Int64] {
        try call(.inputStarts) { () throws(LogError) in try inner.inputStarts() }
    }

    func changelogStart() throws(LogError) -> Int64 {
        try call(.changelogStart) { () throws(LogError) in try inner.changelogStart() }
    }

    func changelogEnd() throws(LogError) -> Int64 {
        try call(.changelogEnd) { () throws(LogError) in try inner.changelogEnd() }
    }

    func restore(
        to end: Int64, timeoutMs: Int32,
        _ body: (_ offset: Int64, _ key: [UInt8]?, _ value: [UInt8]?) -> Void
    ) throws(LogError) -> RestoreProgress {
        try call(.restore) { () throws(LogError) in
            try inner.restore(to: end, timeoutMs: timeoutMs, body)
        }
    }

    func openTransaction() -> String { inner.openTransaction() }

    func startConsuming(at offsets: [Int64]) throws(LogError) {
        try call(.startConsuming) { () throws(LogError) in
            try inner.startConsuming(at: offsets)
        }
    }

    func poll(
        timeoutMs: Int32, _ body: (borrowing InputRecord) -> Void
    ) throws(LogError) -> Bool {
        // Who is cut off gets nothing, and is told of no error.
        guard !world.isOut, !link.isCut(world.elapsedMs) else {
            isDry = true
            return false
        }
        // Inputs come in any order, for the partitions of topics are fetched apart.
        last = .poll
        inner.nextInput = world.random.below(inputCount)
        isDry = false
        link.failsAfter = nil
        try world.before(.poll, of: link)
        let came = try inner.poll(timeoutMs: timeoutMs, body)
        isDry = !came
        return came
    }

    func setPaused(_ paused: Bool, input: Int) throws(LogError) {
        try call(.setPaused) { () throws(LogError) in
            try inner.setPaused(paused, input: input)
        }
    }

    func beginTransaction() throws(LogError) {
        try call(.beginTransaction) { () throws(LogError) in
            try inner.beginTransaction()
            world.opened(inner.transactionalID)
        }
    }

    func produce(_ record: borrowing OutgoingRecord) throws(LogError) {
        isDry = false
        last = .produce
        link.failsAfter = nil
        try world.before(.produce, of: link)
        try inner.produce(record)
        try world.after(.produce, of: link)
    }

    func flush() throws(LogError) {
        try call(.flush) { () throws(LogError) in try inner.flush() }
    }

    func sendOffsets(_ offsets: [Int64]) throws(LogError) {
        try call(.sendOffsets) { () throws(LogError) in try inner.sendOffsets(offsets) }
    }

    func commitTransaction() throws(LogError) {
        try call(.commitTransaction) { () throws(LogError) in
            try inner.commitTransaction()
            world.ended(inner.transactionalID)
            for transaction in world.broker.takeCommitted()
            where transaction.transactionalID == inner.transactionalID {
                onCommit(transaction)
            }
        }
    }

    func abortTransaction() throws(LogError) {
        try call(.abortTransaction) { () throws(LogError) in
            try inner.abortTransaction()
            world.ended(inner.transactionalID)
        }
    }

    func seek(to offsets: [Int64]) throws(LogError) {
        try call(.seek) { () throws(LogError) in try inner.seek(to: offsets) }
    }

    func positions() -> [Int64] { inner.positions() }
    func lag() -> [Int64] { inner.lag() }
    func close() { inner.close() }
}
