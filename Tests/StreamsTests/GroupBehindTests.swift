import Contracts
import LogContract
import Streams
import Testing

/// What the group says is behind what the tables have taken (docs/decisions/0010).
struct GroupBehindTests {
    @Test(arguments: [nil, 0, 1] as [Int64?])
    func `offsets that fell behind the tables repeat nothing, and are told again`(
        offset: Int64?
    ) throws {
        let rig = try PipelineRig()
        try rig.send("a", "poison", "b")
        try rig.settle()
        rig.broker.setCommittedOffset(offset, group: "g", topic: CountingReducer.input)
        let mark = rig.events.count
        try rig.restart()
        try rig.send("c")
        try rig.settle()
        #expect(rig.outputs == ["a#1", "b#2", "c#3"])
        #expect(rig.letters.count == 1)
        #expect(rig.offset == 4)
        #expect(
            rig.events.dropFirst(mark).contains(
                .groupBehind(input: CountingReducer.input, offset: offset, tables: 3)))
    }

    @Test func `what changed no table is not taken again where the offsets fell behind`() throws {
        let rig = try PipelineRig()
        try rig.send("a")
        try rig.settle()
        try rig.send("poison")
        try rig.settle()
        rig.broker.setCommittedOffset(1, group: "g", topic: CountingReducer.input)
        try rig.restart()
        try rig.settle()
        #expect(rig.letters.count == 1)
    }

    @Test func `an idle task tells the group where it stands`() throws {
        let rig = try PipelineRig()
        try rig.send("a", "b")
        try rig.settle()
        rig.broker.setCommittedOffset(1, group: "g", topic: CountingReducer.input)
        try rig.restart()
        for _ in 0..<50 where rig.offset != 2 {
            try rig.settle()
            rig.nowMs += 1_000
        }
        #expect(rig.offset == 2)
        #expect(rig.outputs == ["a#1", "b#2"])
    }

    @Test func `lost offsets repeat nothing, a first start begins at the beginning`() throws {
        let rig = try PipelineRig()
        try rig.send("a", "b", "c")
        rig.broker.dropHead(CountingReducer.input, to: 1)
        try rig.settle()
        #expect(rig.outputs == ["b#1", "c#2"])
        rig.broker.setCommittedOffset(nil, group: "g", topic: CountingReducer.input)
        try rig.restart()
        try rig.send("d")
        try rig.settle()
        #expect(rig.outputs == ["b#1", "c#2", "d#3"])
    }

    @Test func `two starts at one time say two ids`() throws {
        let broker = InProcessBroker()
        broker.createTopics(of: StartReducer.topology)
        let member = InProcessMember(
            broker: broker, group: "g", instance: "one", inputs: [StartReducer.input])
        let owner = Owner()
        while member.ownedPartitions.isEmpty { try member.poll(timeoutMs: 0, owner) }
        for _ in 0..<2 {
            let log = try member.openTask(
                partition: 0, topics: TaskTopics(StartReducer.topology))
            let pipeline = TaskPipeline(
                StartReducer(), over: log,
                identity: TaskIdentity(service: "s", group: "g", version: "1"), clock: { 1_000 })
            while pipeline.metrics.figures.commits == 0 { _ = try pipeline.step() }
        }
        let ids = broker.readAll(StartReducer.output).map { $0.valueText }
        #expect(ids.count == 2)
        #expect(Set(ids).count == 2)
    }

    private final class Owner: GroupDelegate {
        func assigned(_ partitions: [Int32]) {}
        func revoked(_ partitions: [Int32], lost: Bool) {}
    }

    /// Says an id when it starts.
    private struct StartReducer: Reducer {
        static let input = "start.in"
        static let output = "start.out"
        static let topology = Topology(
            service: "start", inputs: [input], outputs: [output], changelog: "start.state")

        var topology: Topology { Self.topology }
        var tables: [any StateStore] { [] }
        var timers: Timers? { nil }

        mutating func start(_ context: ReducerContext) {
            context.emit(key: "k", bytes: Array(context.nextID().utf8), toOutput: 0)
        }

        mutating func reduce(
            _ record: borrowing InputRecord, _ context: ReducerContext
        ) throws(Rejection) {}

        mutating func fire(_ timer: String, dueMs: Int64, _ context: ReducerContext) {}
    }
}
