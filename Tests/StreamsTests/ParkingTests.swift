import Contracts
import LogContract
import Testing

@testable import Streams

/// Later messages of a dead-lettered key wait behind it, and come back in order.
struct ParkingTests {
    private static func rig(ordered: Bool = true) throws -> PipelineRig {
        var settings = PipelineSettings()
        if ordered { settings.orderedInputs = [CountingReducer.input] }
        return try PipelineRig(settings: settings)
    }

    /// What `dlq replay` sends: the letter with its turn, mended if it was poison.
    private func replay(_ letter: InProcessRecord, on rig: PipelineRig, mended: Bool = true) throws
    {
        let turn = letter.header(DeadLetter.Header.turn)
        let isMended = mended && letter.valueText == "poison"
        try rig.broker.produce(
            CountingReducer.input, key: letter.key,
            value: isMended ? Array("mended".utf8) : letter.value,
            headers: turn.map { [RecordHeader(DeadLetter.Header.turn, text: $0)] } ?? [])
        try rig.settle()
    }

    private func giveUp(_ letter: InProcessRecord, on rig: PipelineRig) throws {
        let turn = try #require(letter.header(DeadLetter.Header.turn))
        try rig.broker.produce(
            CountingReducer.input, key: letter.key, value: nil,
            headers: [RecordHeader(DeadLetter.Header.released, text: turn)])
        try rig.settle()
    }

    @Test func `what comes behind a dead letter waits, and other keys go on`() throws {
        let rig = try Self.rig()
        try rig.send("a", "poison", "b", "c")
        try rig.send("x", key: "other")
        try rig.settle()
        #expect(rig.outputs == ["a#1", "x#1"])
        #expect(rig.letters.map(\.valueText) == ["poison", "b", "c"])
        #expect(rig.letters.map { $0.header("dlq.code") } == ["schema", "parked", "parked"])
        #expect(rig.letters.map { $0.header("dlq.turn") } == ["s/1/0", "s/1/1", "s/1/2"])
        #expect(rig.pipeline.metrics.figures.parkedKeys == 1)
    }

    @Test func `replayed in order, all is as if the bad one had been good`() throws {
        let rig = try Self.rig()
        try rig.send("a", "poison", "b", "c")
        try rig.settle()
        for letter in rig.letters { try replay(letter, on: rig) }
        #expect(rig.outputs == ["a#1", "mended#2", "b#3", "c#4"])
        #expect(rig.letters.count == 3)
        #expect(rig.pipeline.metrics.figures.parkedKeys == 0)
        try rig.send("d")
        try rig.settle()
        #expect(rig.outputs.last == "d#5")
    }

    @Test func `what comes during a replay joins the end of the line`() throws {
        let rig = try Self.rig()
        try rig.send("poison", "b")
        try rig.settle()
        try replay(rig.letters[0], on: rig)
        try rig.send("live")
        try rig.settle()
        #expect(rig.outputs == ["mended#1"])
        for letter in rig.letters.dropFirst() { try replay(letter, on: rig) }
        #expect(rig.outputs == ["mended#1", "b#2", "live#3"])
    }

    @Test func `out of turn it is sent back with its place`() throws {
        let rig = try Self.rig()
        try rig.send("poison", "b", "c")
        try rig.settle()
        try replay(rig.letters[2], on: rig)
        #expect(rig.outputs.isEmpty)
        #expect(rig.letters.map(\.valueText) == ["poison", "b", "c", "c"])
        #expect(rig.letters.last?.header("dlq.turn") == "s/0/2")
        #expect(rig.letters.last?.header("dlq.code") == "parked")
    }

    @Test func `a letter that is still bad keeps its turn`() throws {
        let rig = try Self.rig()
        try rig.send("poison", "b")
        try rig.settle()
        try replay(rig.letters[0], on: rig, mended: false)
        #expect(rig.letters.last?.header("dlq.turn") == "s/0/0")
        #expect(rig.letters.last?.header("dlq.code") == "schema")
        try replay(rig.letters[1], on: rig)
        #expect(rig.outputs.isEmpty)
        try replay(rig.letters[2], on: rig)
        try replay(rig.letters[3], on: rig)
        #expect(rig.outputs == ["mended#1", "b#2"])
    }

    @Test func `one that was given up holds nobody back`() throws {
        let rig = try Self.rig()
        try rig.send("poison", "b", "c", "d")
        try rig.settle()
        try giveUp(rig.letters[2], on: rig)
        try giveUp(rig.letters[0], on: rig)
        try replay(rig.letters[1], on: rig)
        try replay(rig.letters[3], on: rig)
        #expect(rig.outputs == ["b#1", "d#2"])
        #expect(rig.letters.count == 4)
        #expect(rig.pipeline.metrics.figures.parkedKeys == 0)
    }

    @Test func `the same letter replayed twice is taken once by its turn`() throws {
        let rig = try Self.rig()
        try rig.send("poison", "b")
        try rig.settle()
        try replay(rig.letters[0], on: rig)
        try replay(rig.letters[0], on: rig)
        // The second has no turn any more: it waits as what comes anew does.
        #expect(rig.outputs == ["mended#1"])
        #expect(rig.letters.last?.header("dlq.turn") == "s/0/2")
    }

    @Test func `another service's turn is none here`() throws {
        let rig = try Self.rig()
        try rig.send("poison", "b")
        try rig.settle()
        for header in [DeadLetter.Header.turn, DeadLetter.Header.released] {
            try rig.broker.produce(
                CountingReducer.input, key: Array("k".utf8),
                value: header == DeadLetter.Header.turn ? Array("b".utf8) : nil,
                headers: [RecordHeader(header, text: "other/0/0")])
        }
        try rig.settle()
        #expect(rig.outputs.isEmpty)
        #expect(rig.letters.count == 3)
        #expect(rig.pipeline.metrics.figures.parkedKeys == 1)
    }

    @Test func `the line is there again after a restart`() throws {
        let rig = try Self.rig()
        try rig.send("poison")
        try rig.settle()
        try rig.restart()
        try rig.settle()
        #expect(rig.pipeline.metrics.figures.parkedKeys == 1)
        try rig.send("b")
        try rig.settle()
        #expect(rig.outputs.isEmpty)
        for letter in rig.letters { try replay(letter, on: rig) }
        #expect(rig.outputs == ["mended#1", "b#2"])
    }

    @Test func `when the topic keeps no order any more, its lines end with the next start`() throws
    {
        let rig = try Self.rig()
        try rig.send("poison", "b")
        try rig.settle()
        rig.settings.orderedInputs = []
        try rig.restart()
        try rig.send("c")
        try rig.settle()
        #expect(rig.outputs == ["c#1"])
        #expect(rig.pipeline.metrics.figures.parkedKeys == 0)
        try giveUp(rig.letters[0], on: rig)
        #expect(rig.letters.count == 2)
    }

    @Test func `a line ends when its letters have expired`() throws {
        let rig = try Self.rig()
        try rig.send("poison", "b")
        try rig.settle()
        rig.nowMs += ParkedKeys.keptMs + 1
        try rig.send("c")
        try rig.settle()
        #expect(rig.outputs == ["c#1"])
    }

    @Test func `messages without a key wait for nobody`() throws {
        let rig = try Self.rig()
        for value in ["poison", "b"] {
            try rig.broker.produce(CountingReducer.input, key: nil, value: Array(value.utf8))
        }
        try rig.settle()
        #expect(rig.outputs == ["b#1"])
    }

    @Test func `without order: key nothing waits`() throws {
        let rig = try Self.rig(ordered: false)
        try rig.send("poison", "b")
        try rig.settle()
        #expect(rig.outputs == ["b#1"])
        #expect(rig.letters.first?.header("dlq.turn") == nil)
    }

    @Test func `no more keys are parked than are bounded`() throws {
        let rig = try Self.rig()
        for key in 0...ParkedKeys.keysMax { try rig.send("poison", key: "k\(key)") }
        rig.settings.poison.runMax = .max
        rig.settings.poison.ratioMax = 1
        try rig.restart()
        try rig.settle(steps: 200_000)
        #expect(rig.letters.count == ParkedKeys.keysMax + 1)
        #expect(rig.pipeline.metrics.figures.parkedKeys == ParkedKeys.keysMax)
        #expect(rig.letters.count { $0.header("dlq.turn") == nil } == 1)
    }

    @Test func `what waits is no poison`() throws {
        let rig = try Self.rig()
        try rig.send("poison")
        for _ in 0..<500 { try rig.send("b") }
        try rig.settle()
        #expect(rig.letters.count == 501)
        #expect(rig.pipeline.metrics.figures.slowedInputs.isEmpty)
    }
}
