import Contracts
import LogContract
import Streams
import Testing

struct PoisonTests {
    private static func settings(_ body: (inout PoisonLimits) -> Void) -> PipelineSettings {
        var settings = PipelineSettings()
        settings.poison.delayMs = 50
        body(&settings.poison)
        return settings
    }

    /// What each letter says of its input.
    private static func slowed(_ rig: PipelineRig) -> [String?] {
        rig.letters.map { letter in
            letter.headers.last { $0.name == DeadLetter.Header.slowed }?.value
                .map { String(decoding: $0, as: UTF8.self) }
        }
    }

    @Test func `a run of dead letters slows the input, and a good message ends that`() throws {
        let rig = try PipelineRig(settings: Self.settings { $0.runMax = 3 })
        for _ in 0..<6 { try rig.send("poison") }
        try rig.send("good", "better")
        try rig.settle()
        #expect(rig.letters.count == 3)
        #expect(Self.slowed(rig) == [nil, nil, "50"], "the one that slows it says so")
        #expect(rig.events.contains(.slowed(input: CountingReducer.input)))
        rig.nowMs += 49
        try rig.settle()
        #expect(rig.letters.count == 3)
        for expected in 4...6 {
            rig.nowMs += 50
            try rig.settle()
            #expect(rig.letters.count == expected)
        }
        #expect(rig.outputs.isEmpty)
        rig.nowMs += 50
        try rig.settle()
        // The first good one ends it, and the second comes without a wait.
        #expect(rig.outputs == ["good#1", "better#2"])
        try rig.send("poison")
        try rig.settle()
        #expect(Self.slowed(rig) == [nil, nil, "50", "50", "50", "50", nil])
        #expect(rig.events.contains(.unslowed(input: CountingReducer.input)))
        #expect(rig.pipeline.metrics.figures.slowedInputs.isEmpty)
    }

    @Test func `a share of dead letters slows the input`() throws {
        let rig = try PipelineRig(
            settings: Self.settings {
                $0.window = 4
                $0.ratioMax = 0.4
            })
        try rig.send("a", "poison", "b", "poison", "c", "d")
        try rig.settle()
        #expect(rig.outputs.count == 2)
        #expect(rig.pipeline.metrics.figures.slowedInputs == [CountingReducer.input])
        #expect(Self.slowed(rig) == [nil, "50"])
        rig.nowMs += 50
        try rig.settle()
        #expect(rig.outputs.count == 3)
    }

    @Test func `an exempt input is never slowed`() throws {
        let rig = try PipelineRig(
            settings: Self.settings {
                $0.runMax = 2
                $0.exempt = [CountingReducer.input]
            })
        for _ in 0..<20 { try rig.send("poison") }
        try rig.settle()
        #expect(rig.letters.count == 20)
        #expect(Self.slowed(rig).allSatisfy { $0 == nil }, "and no letter says that it is")
    }

    @Test func `a slowed input does not hold back another`() throws {
        let broker = InProcessBroker()
        let topology = TallyReducer().topology
        broker.createTopics(of: topology)
        let member = InProcessMember(
            broker: broker, group: "g", instance: "one", inputs: topology.inputs)
        let log = try member.openTask(partition: 0, topics: TaskTopics(topology))
        while member.ownedPartitions.isEmpty { try member.poll(timeoutMs: 0, Nobody()) }
        let pipeline = TaskPipeline(
            TallyReducer(), over: log,
            identity: TaskIdentity(service: "s", group: "g", version: "1"),
            settings: Self.settings { $0.runMax = 2 }, clock: { 1 })
        for _ in 0..<50 { try broker.produce("nervous.alert", key: "k", "no JSON") }
        for _ in 0..<50 { _ = try pipeline.step() }
        #expect(broker.readAll("nervous.alert.dlq").count == 2)
        let alert = try Envelope(
            id: "1", ts: 1, role: .system, TallyReducer.alert("checkout"))
        try broker.produce(
            "nervous.setting", key: Array("k".utf8), value: try alert.serialized())
        for _ in 0..<50 { _ = try pipeline.step() }
        #expect(broker.readAll("nervous.heartbeat").count == 1)
        #expect(broker.readAll("nervous.alert.dlq").count == 2)
    }

    private final class Nobody: GroupDelegate {
        func assigned(_ partitions: [Int32]) {}
        func revoked(_ partitions: [Int32], lost: Bool) {}
    }
}
