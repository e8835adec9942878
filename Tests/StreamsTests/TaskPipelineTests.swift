import Contracts
import LogContract
import Streams
import Testing

struct TaskPipelineTests {
    @Test func `a start fences before it looks, and reads offsets before the changelog's end`()
        throws
    {
        let rig = try PipelineRig()
        rig.watch()
        try rig.settle()
        let calls = rig.calls.withLock { $0 }
        #expect(
            calls.prefix(7) == [
                "initTransactions", "committedOffsets", "inputStarts", "changelogStart",
                "changelogEnd", "restore", "startConsuming",
            ])
    }

    @Test func `a transaction begins only once there is input, and commits when the poll is dry`()
        throws
    {
        let rig = try PipelineRig()
        try rig.settle()
        rig.watch()
        try rig.settle()
        #expect(Set(rig.calls.withLock { $0 }) == ["poll"])
        rig.calls.withLock { $0.removeAll() }
        try rig.send("a", "b")
        try rig.settle()
        let calls = rig.calls.withLock { $0.filter { $0 != "poll" } }
        #expect(
            calls == [
                "beginTransaction", "produce", "produce", "produce", "produce", "flush",
                "sendOffsets", "commitTransaction",
            ])
        #expect(rig.outputs == ["a#1", "b#2"])
        #expect(rig.offset == 2)
    }

    @Test func `each step makes at most one call`() throws {
        let rig = try PipelineRig()
        rig.watch()
        try rig.send("a", "timer:0", "poison")
        for _ in 0..<60 {
            let before = rig.calls.withLock { $0.count }
            _ = try rig.pipeline.step()
            #expect(rig.calls.withLock { $0.count } - before <= 1)
        }
        #expect(rig.outputs.count == 3)
    }

    @Test func `the changelog says when and in which order a transaction took what`() throws {
        let rig = try PipelineRig()
        try rig.send("a", "timer:0", "b")
        try rig.settle()
        let record = try #require(rig.transactionRecord)
        #expect(record.nowMs == 1_000)
        #expect(record.positions.map(\.topic) == [CountingReducer.input])
        #expect(record.positions.map(\.nextOffset) == [3])
        #expect(record.runs.map(\.source) == [0, TransactionRecord.timerSource, 0])
        #expect(record.runs.map(\.count) == [2, 1, 1])
        #expect(rig.outputs == ["a#1", "timer:0#2", "fired", "b#3"])
    }

    @Test func `a batch ends at its limits`() throws {
        var settings = PipelineSettings()
        settings.batchMessagesMax = 2
        let rig = try PipelineRig(settings: settings)
        try rig.send("a", "b", "c", "d", "e")
        try rig.settle()
        #expect(rig.pipeline.metrics.figures.commits == 3)
        var bytes = PipelineSettings()
        bytes.batchBytesMax = 1
        let other = try PipelineRig(settings: bytes)
        try other.send("a", "b", "c")
        try other.settle()
        #expect(other.pipeline.metrics.figures.commits == 3)
    }

    @Test func `a commit that times out is made again, and halves the next batch`() throws {
        let rig = try PipelineRig()
        let left = Locked(3)
        rig.watch { (call: InProcessCall) throws(LogError) in
            guard call.name == "commitTransaction", call.moment == .before,
                left.withLock({ count -> Bool in
                    count -= 1
                    return count >= 0
                })
            else { return }
            throw LogError(.retriable, code: "_TIMED_OUT", "no answer")
        }
        try rig.send("a")
        try rig.settle()
        #expect(rig.outputs == ["a#1"])
        #expect(rig.pipeline.batchMessages < PipelineSettings().batchMessagesMax / 4)
        for _ in 0..<20 {
            try rig.send("b")
            try rig.settle()
        }
        #expect(rig.pipeline.batchMessages == PipelineSettings().batchMessagesMax)
    }

    @Test func `an abort undoes tables and timers and takes the messages again`() throws {
        let rig = try PipelineRig()
        try rig.send("a")
        try rig.settle()
        let hasFailed = Locked(false)
        rig.watch { (call: InProcessCall) throws(LogError) in
            guard call.name == "sendOffsets", call.moment == .after,
                !hasFailed.withLock({ failed -> Bool in
                    defer { failed = true }
                    return failed
                })
            else { return }
            throw LogError(.abortable, code: "ILLEGAL_GENERATION", "a rebalance")
        }
        try rig.send("timer:5", "b")
        try rig.settle()
        #expect(rig.outputs == ["a#1", "timer:5#2", "b#3"])
        #expect(rig.pipeline.metrics.figures.aborts == 1)
        rig.nowMs = 1_005
        try rig.settle()
        #expect(rig.outputs.last == "fired")
        #expect(rig.outputs.count == 4)
    }

    @Test func `figures tell the lag, the oldest message and the dead letters`() throws {
        let rig = try PipelineRig()
        try rig.send("a", "poison")
        try rig.settle()
        rig.nowMs = 5_000
        try rig.settle()
        let figures = rig.pipeline.metrics.figures
        #expect(figures.recordsIn == 2)
        #expect(figures.deadLetters == [.schema: 1])
        #expect(figures.commits == 1)
        #expect(figures.oldestInputMs == nil)
        #expect(figures.lag == [0])
        #expect(figures.lastCommitMs == 1_000)
    }

    @Test func `a stop commits what is open, or aborts it`() throws {
        for commits in [true, false] {
            let rig = try PipelineRig()
            try rig.settle()
            try rig.send("a")
            while rig.pipeline.isIdle { _ = try rig.pipeline.step() }
            for _ in 0..<2 { _ = try rig.pipeline.step() }
            rig.pipeline.requestStop(commit: commits)
            var steps = 0
            while try rig.pipeline.step() != .stopped { steps += 1 }
            #expect(steps < 20)
            #expect(rig.outputs == (commits ? ["a#1"] : []))
        }
    }

    @Test func `a table value that the changelog would refuse is the message's dead letter`()
        throws
    {
        let rig = try PipelineRig()
        try rig.send("a", "swell:2000000", "b", "poison", "c")
        try rig.settle()
        // Nothing is weighed before a transaction was found to hold what is too large.
        #expect(rig.outputs == ["a#1", "b#2", "c#3"])
        #expect(rig.pipeline.metrics.figures.aborts == 1)
        try rig.send("swell:2000000", "swell:10", "d")
        try rig.settle()
        // Then each message is, and the next one costs no abort.
        #expect(rig.pipeline.metrics.figures.aborts == 1)
        #expect(rig.outputs.suffix(2) == ["swell:10#4", "d#5"])
        #expect(
            rig.letters.map { $0.header(DeadLetter.Header.code) }
                == ["too_large", "schema", "too_large"])
        let aborts = rig.events.filter { if case .aborted = $0 { true } else { false } }
        #expect(aborts.count == 1)
        try rig.restart()
        try rig.settle()
        #expect(rig.pipeline.reducer.sizes["k"] == "ssssssssss")
    }

    @Test func `what a timer makes too large is undone, and a fault`() throws {
        let rig = try PipelineRig()
        try rig.send("timer:5", key: "swell")
        try rig.settle()
        rig.nowMs += 5
        try rig.send("a")
        try rig.settle()
        rig.nowMs += 1_000
        try rig.settle()
        #expect(rig.outputs == ["timer:5#1", "a#1"])
        #expect(rig.pipeline.metrics.figures.timerFaults == 1)
        #expect(rig.pipeline.reducer.sizes["swell"] == nil)
        #expect(rig.pipeline.metrics.figures.aborts == 1)
    }

    @Test func `a result that the broker would refuse for its size is a dead letter`() throws {
        var settings = PipelineSettings()
        settings.outputBytesMax = 100
        settings.deadLetterBytesMax = 2_000
        let rig = try PipelineRig(settings: settings)
        try rig.send(String(repeating: "x", count: 200), "small")
        try rig.send(String(repeating: "y", count: 5_000))
        try rig.settle()
        #expect(rig.outputs == ["small#1"])
        #expect(
            rig.letters.map { $0.header(DeadLetter.Header.code) } == ["too_large", "too_large"])
        #expect(rig.letters.map { $0.value?.count } == [200, 0])
        #expect(rig.letters.last?.header(DeadLetter.Header.size) == "5000")
        #expect(rig.letters.last?.header(DeadLetter.Header.digest)?.count == 64)
    }
}
