import Contracts
import LogContract
import Testing

@testable import Streams

/// What could not be taken for a reason that may pass is tried again, and nothing waits for it but its
/// own key.
struct RetryTests {
    private static func rig(
        attempts: Int = 6, ordered: Bool = false, backoffMaxMs: Int64 = 60_000
    ) throws -> PipelineRig {
        var settings = PipelineSettings()
        settings.retries[CountingReducer.input] = RetryPolicy(
            attemptsMax: attempts, backoffMaxMs: backoffMaxMs)
        if ordered { settings.orderedInputs = [CountingReducer.input] }
        return try PipelineRig(settings: settings)
    }

    private func advance(_ rig: PipelineRig, by ms: Int64) throws {
        for _ in 0..<(ms / 100) {
            rig.nowMs += 100
            try rig.settle()
        }
    }

    @Test func `it is tried again until it can be taken, once`() throws {
        let rig = try Self.rig()
        try rig.send("later:6000")
        try rig.settle()
        #expect(rig.outputs.isEmpty && rig.letters.isEmpty)
        #expect(rig.pipeline.metrics.figures.retriesWaiting == 1)
        try advance(rig, by: 30_000)
        #expect(rig.outputs == ["later:6000#1"])
        #expect(rig.letters.isEmpty)
        #expect(rig.pipeline.metrics.figures.retriesWaiting == 0)
        #expect((2...4).contains(rig.pipeline.metrics.figures.retries))
    }

    @Test func `other keys go on, and what comes with its key is taken behind it`() throws {
        let rig = try Self.rig()
        try rig.send("later:3000", "a", "b")
        try rig.send("x", "y", key: "other")
        try rig.settle()
        #expect(rig.outputs == ["x#1", "y#2"])
        try advance(rig, by: 10_000)
        #expect(rig.outputs == ["x#1", "y#2", "later:3000#1", "a#2", "b#3"])
        try rig.send("c")
        try rig.settle()
        #expect(rig.outputs.last == "c#4")
    }

    @Test func `two of one key that cannot be taken yet keep their order`() throws {
        let rig = try Self.rig()
        try rig.send("later:9000", "later:2000", "a")
        try advance(rig, by: 60_000)
        #expect(rig.outputs == ["later:9000#1", "later:2000#2", "a#3"])
        #expect(rig.letters.isEmpty)
    }

    @Test func `a topic that was made again has its offsets again, and nothing is lost`() throws {
        let retries = [CountingReducer.input: RetryPolicy(attemptsMax: 3)]
        let task = ReducerTask(
            CountingReducer(), partition: 0,
            identity: TaskIdentity(service: "s", group: "g", version: "1"),
            deadLetterBytesMax: 1_000_000, outputBytesMax: 1_000_000, retries: retries)
        func take(_ value: String, offset: Int64) -> Rejection? {
            InputRecord.with(
                input: 0, partition: 0, offset: offset, timestampMs: 0, key: Array("k".utf8),
                value: Array(value.utf8), headers: RecordHeaders([])
            ) { task.reduce($0) }
        }
        task.begin(nowMs: 0)
        #expect(take("later:900000", offset: 7) == nil)
        #expect(take("later:900001", offset: 3) == nil)
        // Its place is taken by one that waits: a dead letter, or taken at once.
        _ = take("later:900002", offset: 7)
        task.commit()
        let said = task.context.outputs.count
        var turns = 0
        for nowMs in stride(from: Int64(0), to: 100_000, by: 500) {
            task.begin(nowMs: nowMs)
            while task.fireTimer() {
                turns += 1
                try #require(turns < 100, "it goes round and round")
            }
        }
        #expect(task.retriesWaiting == 0)
        #expect(task.context.outputs.count - said == 2)
    }

    @Test func `tried often enough it is a dead letter that says when`() throws {
        let rig = try Self.rig(attempts: 3)
        try rig.send("later:900000", "a")
        try rig.settle()
        try advance(rig, by: 20_000)
        #expect(rig.outputs == ["a#1"])
        let letter = try #require(rig.letters.first)
        #expect(rig.letters.count == 1)
        #expect(letter.header("dlq.code") == "refused" && letter.header("dlq.tries") == "3")
        #expect(letter.header("dlq.timestamp") == "1000")
        #expect(letter.header("dlq.first_failure") == "1000")
        let times = (letter.header("dlq.tried_at") ?? "").split(separator: ",").compactMap {
            Int64($0)
        }
        try #require(times.count == 3)
        // A second, then two, each a quarter less or more, and the rig's steps.
        #expect((750...1_350).contains(times[1] - times[0]))
        #expect((1_500...2_600).contains(times[2] - times[1]))
        #expect(letter.header("dlq.last_failure") == "\(times[2])")
        #expect(rig.pipeline.metrics.figures.deadLetters == [.refused: 1])
    }

    @Test func `a crash between any two attempts changes nothing`() throws {
        let rig = try Self.rig()
        try rig.send("later:9000", "a", "later:900000")
        try rig.send("b", key: "other")
        for _ in 0..<200 {
            try rig.settle()
            try rig.restart()
            rig.nowMs += 500
        }
        try rig.settle()
        #expect(rig.outputs == ["b#1", "later:9000#1", "a#2"])
        #expect(rig.letters.map(\.valueText) == ["later:900000"])
        #expect(rig.letters.map { $0.header("dlq.tries") } == ["6"])
    }

    @Test func `an aborted attempt is made again as if it had not been`() throws {
        let rig = try Self.rig()
        try rig.send("later:1500", "a")
        try rig.settle()
        rig.nowMs = 3_000
        let fails = Locked(true)
        rig.watch { (call: InProcessCall) throws(LogError) in
            guard call.name == "commitTransaction", call.moment == .before,
                fails.withLock({ (first: inout Bool) -> Bool in
                    defer { first = false }
                    return first
                })
            else { return }
            throw LogError(.abortable, code: "TEST", "as told")
        }
        try advance(rig, by: 3_000)
        #expect(rig.outputs == ["later:1500#1", "a#2"])
    }

    @Test func `where the order of keys is kept, it parks its key at once`() throws {
        let rig = try Self.rig(ordered: true)
        try rig.send("later:3000", "a")
        try rig.settle()
        #expect(rig.letters.map { $0.header("dlq.code") } == ["refused", "parked"])
    }

    @Test func `what is too large or too much to wait is a dead letter at once`() throws {
        let rig = try Self.rig()
        let digits = String(repeating: "0", count: RetryShelf.recordBytesMax)
        try rig.send("later:\(digits)900000", key: "large")
        for number in 0..<RetryShelf.recordsMax + 5 {
            try rig.send("later:900000", key: "k\(number)")
        }
        try rig.settle(steps: 100_000)
        #expect(rig.pipeline.metrics.figures.retriesWaiting == RetryShelf.recordsMax)
        #expect(rig.letters.count == 6)
    }

    @Test func `waits double up to the cap, differ by the message, and are always the same`() {
        let policy = RetryPolicy()
        let waits = (1...12).map { policy.waitMs(after: $0, of: "nervous.ingress/7") }
        for (index, wait) in waits.enumerated() {
            let plain = min(60_000, 1_000.0 * Double(1 << index))
            #expect(Double(wait) >= plain * 0.75 && Double(wait) <= min(60_000, plain * 1.25))
        }
        #expect(waits == (1...12).map { policy.waitMs(after: $0, of: "nervous.ingress/7") })
        let first = Set((0..<50).map { policy.waitMs(after: 1, of: "nervous.ingress/\($0)") })
        #expect(first.count > 30)
        #expect(RetryPolicy(backoffMs: .max).waitMs(after: .max, of: "") <= 60_000)
        #expect(RetryPolicy(backoffMs: -5).waitMs(after: -1, of: "") == 1)
    }

    @Test func `a record on the shelf is read back as it was, and nonsense is refused`() throws {
        var shelved = InputRecord.with(
            input: 0, partition: 3, offset: 17, timestampMs: 5, key: nil, value: [1, 2],
            headers: RecordHeaders([RecordHeader("a", nil), RecordHeader("b", text: "c")])
        ) { ShelvedRecord($0, of: "in") }
        shelved.triedMs = [5, 9]
        let bytes = shelved.binary()
        #expect(try ShelvedRecord(binary: bytes) == shelved)
        for count in 0..<bytes.count {
            #expect(throws: (any Error).self) {
                try ShelvedRecord(binary: Array(bytes.prefix(count)))
            }
        }
    }
}
