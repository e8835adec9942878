import Contracts
import LogContract
import Streams
import Testing

struct TaskPipelineFaultTests {
    /// A fault at one call of a task's life.
    struct Fault: CustomTestStringConvertible, Sendable {
        let kind: LogError.Kind
        let moment: InProcessCall.Moment
        var testDescription: String { "\(kind.rawValue) \(moment)" }
    }

    static let faults: [Fault] = [.abortable, .retriable, .fatal, .fenced].flatMap { kind in
        [Fault(kind: kind, moment: .before), Fault(kind: kind, moment: .after)]
    }

    // A retriable or abortable error after the effect is what Kafka never gives for calls that
    // are not repeatable: the library resumes them. Those calls fail before their effect alone.
    private static func isPossible(_ fault: Fault, at call: InProcessCall) -> Bool {
        guard fault.moment == .after else { return true }
        switch fault.kind {
        case .fatal, .fenced: return true
        case .retriable: return ["flush", "sendOffsets", "restore"].contains(call.name)
        case .abortable: return ["flush", "sendOffsets", "produce"].contains(call.name)
        }
    }

    @Test(arguments: faults)
    func `whatever call fails, every message counts once`(fault: Fault) throws {
        let sent = ["a", "timer:0", "poison", "b", "c", "d"]
        let expected = ["a#1", "timer:0#2", "fired", "b#3", "c#4", "d#5"]
        for failing in 1...70 {
            var settings = PipelineSettings()
            settings.batchMessagesMax = 2
            let rig = try PipelineRig(settings: settings)
            let calls = Locked(0)
            rig.watch { (call: InProcessCall) throws(LogError) in
                guard call.moment == fault.moment, Self.isPossible(fault, at: call) else { return }
                let number = calls.withLock { count -> Int in
                    count += 1
                    return count
                }
                if number == failing { throw LogError(fault.kind, code: "TEST", call.name) }
            }
            for value in sent { try rig.send(value) }
            for _ in 0..<5 {
                do { try rig.settle() } catch {
                    #expect(error.remedy != .person)
                    try rig.restart()
                }
            }
            rig.watch()
            try rig.settle()
            #expect(rig.outputs.filter { $0 != "fired" } == expected.filter { $0 != "fired" })
            #expect(rig.outputs.count { $0 == "fired" } == 1)
            #expect(rig.letters.count == 1)
            #expect(rig.offset == 6)
            #expect(rig.pipeline.reducer.counts["k"] == 5)
        }
    }

    @Test func `an abort that is refused gives the producer up, and the next one aborts`() throws {
        let rig = try PipelineRig()
        try rig.send("a", "b")
        rig.watch { (call: InProcessCall) throws(LogError) in
            let isRefused = ["commitTransaction", "abortTransaction"].contains(call.name)
            guard call.moment == .before, isRefused else { return }
            throw LogError(.abortable, code: "INVALID_TXN_STATE", call.name)
        }
        let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
        #expect(failure?.remedy == .restart)
        #expect(rig.calls.withLock { $0.count { $0 == "abortTransaction" } } == 1)
        rig.watch()
        try rig.restart()
        try rig.settle()
        #expect(rig.outputs == ["a#1", "b#2"])
        #expect(rig.offset == 2)
    }

    @Test func `an owner that stood still in its start gives up to the one that went on`() throws {
        for reads in 2...4 {
            let rig = try PipelineRig()
            try rig.send("a", "b")
            let zombie = rig.pipeline
            for _ in 0..<reads { _ = try zombie.step() }
            try rig.restart()
            try rig.settle()
            #expect(rig.offset == 2)
            let failure = #expect(throws: TaskFailure.self) {
                while true { _ = try zombie.step() }
            }
            #expect(failure?.code == .fenced)
            #expect(failure?.remedy == .giveUp)
            try rig.send("c")
            try rig.settle()
            #expect(rig.outputs == ["a#1", "b#2", "c#3"])
        }
    }

    @Test func `input that retention dropped before it was taken stops the start`() throws {
        let rig = try PipelineRig()
        try rig.send("a", "b", "c")
        try rig.settle()
        rig.broker.setCommittedOffset(1, group: "g", topic: CountingReducer.input)
        rig.broker.dropHead(CountingReducer.input, to: 2)
        rig.broker.dropTail(CountingReducer.changelog, from: 0)
        try rig.restart()
        let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
        #expect(failure?.code == .inputLost)
        #expect(failure?.remedy == .person)
        #expect(
            failure?.message
                == "contract.in[0] begins at offset 2, but the next to read would be 1: its "
                + "retention has dropped 1 offsets that were never read")
    }

    @Test func `an input that fell silent and was emptied by retention lost nothing`() throws {
        for isIdleForLong in [true, false] {
            let rig = try PipelineRig()
            try rig.sendInTransaction("a")
            try rig.settle()
            // Past the only message, not past the marker behind it.
            #expect(rig.offset == 1)
            rig.nowMs += isIdleForLong ? 60_000 : 10_000
            try rig.settle()
            #expect(rig.offset == (isIdleForLong ? 2 : 1))
            #expect(rig.stored.count == (isIdleForLong ? 3 : 2))
            rig.broker.dropHead(CountingReducer.input, to: 2)
            try rig.restart()
            if isIdleForLong {
                try rig.send("b")
                try rig.settle()
                #expect(rig.outputs == ["a#1", "b#2"])
            } else {
                let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
                #expect(failure?.code == .inputLost)
            }
        }
    }

    @Test func `after an abort no input keeps the position that it had before`() throws {
        let broker = InProcessBroker()
        let topology = TallyReducer().topology
        broker.createTopics(of: topology)
        let member = InProcessMember(
            broker: broker, group: "g", instance: "one", inputs: topology.inputs)
        while member.ownedPartitions.isEmpty { try member.poll(timeoutMs: 0, Nobody()) }
        let nowMs = Locked<Int64>(1)
        let pipeline = TaskPipeline(
            TallyReducer(), over: try member.openTask(partition: 0, topics: TaskTopics(topology)),
            identity: TaskIdentity(service: "s", group: "g", version: "1"),
            clock: { nowMs.withLock { $0 } })
        let polls = Locked(0)
        let aborts = Locked(0)
        broker.setHook { (call: InProcessCall) throws(LogError) in
            guard call.moment == .before else { return }
            if call.name == "sendOffsets", aborts.withLock({ $0 }) == 0 {
                aborts.withLock { $0 = 1 }
                polls.withLock { $0 = 0 }
                throw LogError(.abortable, code: "TEST", "")
            }
            guard call.name == "poll", aborts.withLock({ $0 }) == 1 else { return }
            let number = polls.withLock { count -> Int in
                count += 1
                return count
            }
            // The transaction after the abort gets one message, and ends by its time.
            if number == 2 {
                nowMs.withLock { $0 += 1_000 }
                throw LogError(.retriable, code: "TEST", "")
            }
        }
        for topic in topology.inputs {
            try broker.produce(topic, key: "k", "no JSON")
        }
        while pipeline.metrics.figures.commits == 0 { _ = try pipeline.step() }
        let committed = topology.inputs.map { broker.committedOffset(group: "g", topic: $0) }
        #expect(committed.map { $0 ?? 0 }.reduce(0, +) == 1)
    }

    private final class Nobody: GroupDelegate {
        func assigned(_ partitions: [Int32]) {}
        func revoked(_ partitions: [Int32], lost: Bool) {}
    }

    @Test func `a first start that died in its first transaction is still a first start`() throws {
        let rig = try PipelineRig()
        try rig.send("a")
        rig.watch { (call: InProcessCall) throws(LogError) in
            if call.name == "commitTransaction" { throw LogError(.fatal, code: "DEAD", "") }
        }
        #expect(throws: TaskFailure.self) { try rig.settle() }
        rig.watch()
        try rig.restart()
        try rig.settle()
        #expect(rig.outputs == ["a#1"])
    }

    @Test func `a restore that stood still has not waited`() throws {
        let rig = try PipelineRig()
        try rig.send("a")
        try rig.settle()
        let other = InProcessMember(
            broker: rig.broker, group: "other", instance: "x", inputs: [CountingReducer.input])
        let writer = try other.openTask(partition: 0, topics: TaskTopics(CountingReducer.topology))
        try writer.initTransactions()
        try writer.beginTransaction()
        var buffer = OutputBuffer()
        buffer.append(topic: 2, partition: 0, key: [1], value: [1])
        try buffer.withRecord(at: 0) { record throws(LogError) in try writer.produce(record) }
        try writer.flush()
        try rig.restart()
        for _ in 0..<10 { _ = try rig.pipeline.step() }
        // The clock is set, or the process is stopped for an hour.
        rig.nowMs += 3_600_000
        for _ in 0..<10 { _ = try rig.pipeline.step() }
        #expect(rig.pipeline.isPrepared && !rig.pipeline.isRunning)
        try writer.abortTransaction()
        try rig.settle()
        #expect(rig.pipeline.isRunning)
    }

    @Test func `a restore that cannot end says whether the changelog hangs or was cut`() throws {
        for isCut in [true, false] {
            var settings = PipelineSettings()
            settings.restoreStallMs = 1_000
            let rig = try PipelineRig(settings: settings)
            try rig.send("a", "b")
            try rig.settle()
            // Another producer's open transaction.
            let other = InProcessMember(
                broker: rig.broker, group: "other", instance: "x",
                inputs: [CountingReducer.input])
            let writer = try other.openTask(
                partition: 0, topics: TaskTopics(CountingReducer.topology))
            try writer.initTransactions()
            try writer.beginTransaction()
            var buffer = OutputBuffer()
            buffer.append(topic: 2, partition: 0, key: [1], value: [1])
            try buffer.withRecord(at: 0) { record throws(LogError) in try writer.produce(record) }
            try writer.flush()
            try rig.restart()
            while !rig.pipeline.isPrepared { _ = try rig.pipeline.step() }
            for _ in 0..<5 { _ = try rig.pipeline.step() }
            if isCut { rig.broker.dropTail(CountingReducer.changelog, from: 1) }
            rig.nowMs += 1_001
            let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
            if isCut {
                // Reading on from a position beyond the end finds nothing, for ever.
                #expect(failure?.code == .changelogTruncated)
                #expect(
                    failure?.message.hasPrefix("contract.state[0] ended at offset ") == true)
            } else {
                #expect(failure?.code == .changelogHanging)
                #expect(
                    failure?.message
                        == "contract.state[0] has a transaction that did not end in 1 s: "
                        + "producer 'other-0', epoch 1")
            }
            #expect(failure?.remedy == .person)
        }
    }

    @Test func `a changelog whose head was deleted stops the start`() throws {
        let rig = try PipelineRig()
        try rig.send("a", "b")
        try rig.settle()
        rig.broker.dropHead(CountingReducer.changelog, to: 2)
        try rig.restart()
        let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
        #expect(failure?.code == .changelogTruncated)
        #expect(failure?.remedy == .person)
        #expect(failure?.message.hasPrefix("contract.state[0] begins at offset 2") == true)
    }

    @Test(arguments: ["b", "poison"])
    func `a changelog that was emptied stops the start, whatever the task had done`(
        value: String
    ) throws {
        let rig = try PipelineRig()
        try rig.send(value)
        try rig.settle()
        #expect(rig.transactionRecord != nil)
        rig.broker.dropTail(CountingReducer.changelog, from: 0)
        try rig.restart()
        let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
        #expect(failure?.code == .changelogTruncated)
        #expect(
            failure?.message.contains("committed offsets, but contract.state[0] holds no record")
                == true)
    }

    @Test func `an idle task that has only passed markers can start again`() throws {
        let rig = try PipelineRig()
        try rig.settle()
        let other = InProcessMember(
            broker: rig.broker, group: "other", instance: "x", inputs: [CountingReducer.input])
        let topology = Topology(
            service: "other", inputs: [], outputs: [CountingReducer.input], changelog: nil)
        let writer = try other.openTask(partition: 0, topics: TaskTopics(topology))
        try writer.initTransactions()
        try writer.beginTransaction()
        var buffer = OutputBuffer()
        buffer.append(topic: 0, partition: 0, key: [1], value: [1])
        try buffer.withRecord(at: 0) { record throws(LogError) in try writer.produce(record) }
        try writer.flush()
        try writer.abortTransaction()
        rig.nowMs += 60_000
        try rig.settle()
        #expect(rig.offset == 2)
        try rig.restart()
        try rig.send("a")
        try rig.settle()
        #expect(rig.outputs == ["a#1"])
    }

    @Test func `a record of a later release stops the start, and is named`() throws {
        let rig = try PipelineRig()
        try rig.send("a")
        try rig.settle()
        let end = Int64(rig.stored.last?.offset ?? 0)
        var record = try #require(rig.transactionRecord).binary()
        record[0] = 9
        try rig.broker.produce(
            CountingReducer.changelog, partition: 0, key: TransactionRecord.key, value: record)
        try rig.restart()
        let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
        #expect(failure?.code == .changelogCorrupt)
        let message = try #require(failure?.message)
        #expect(message.contains("contract.state[0], offset "), "\(message)")
        #expect(
            message.contains("version 9 of its form; this release reads 1 to 2"), "\(message)")
        let offset = message.split(separator: "offset ").dropFirst().first?
            .prefix { $0.isNumber }
        #expect(Int64(offset ?? "") ?? 0 > end, "\(message)")
    }

    @Test(
        arguments: [
            ([9, 1], [1]), ([], [1]), ([1, 0xff], [2]), ([1, 0x61], [0x80]), ([255], [7]),
            ([250, 0x61], []),
        ] as [([UInt8], [UInt8])])
    func `a changelog that this program cannot have written stops the start`(
        key: [UInt8], value: [UInt8]
    ) throws {
        let rig = try PipelineRig()
        try rig.broker.produce(CountingReducer.changelog, partition: 0, key: key, value: value)
        let failure = #expect(throws: TaskFailure.self) { try rig.settle() }
        #expect(failure?.code == .changelogCorrupt)
        #expect(failure?.message.hasPrefix("contract.state[0], offset 0: ") == true)
        #expect(failure?.remedy == .person)
    }
}
