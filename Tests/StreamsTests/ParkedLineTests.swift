import Contracts
import Testing

@testable import Streams

/// Who waits in the line of a parked key, and whose turn it is.
struct ParkedLineTests {
    private func line(of count: Int) -> ParkedLine {
        var line = ParkedLine(line: 7, sinceMs: 1)
        for number in 0..<Int64(count) where line.join() != number { Issue.record("\(number)") }
        return line
    }

    private func leave(_ number: Int64, _ line: inout ParkedLine) {
        let isTaken = line.leave(number)
        #expect(isTaken)
    }

    /// What leaves, whose turn it is then, how many gaps there are, and whether all have gone.
    @Test(
        arguments: [
            ([], 0, 0, false), ([0], 1, 0, false), ([1], 0, 1, false), ([1, 0], 2, 0, false),
            ([3, 1], 0, 2, false), ([1, 3, 2], 0, 1, false), ([1, 3, 2, 0], 4, 0, true),
            ([3, 2], 0, 1, false), ([1, 2], 0, 1, false), ([0, 0, 0], 1, 0, false),
            ([4, -1, 99], 0, 0, false), ([0, 1, 2, 3], 4, 0, true), ([0, 1, 2, 3, 3], 4, 0, true),
        ] as [([Int64], Int64, Int, Bool)])
    func `whoever leaves lets the next one in`(
        leave: [Int64], turn: Int64, gaps: Int, isOver: Bool
    ) {
        var line = line(of: 4)
        for number in leave { self.leave(number, &line) }
        #expect(line.turn == turn)
        #expect(line.gaps.count == gaps)
        #expect(line.isOver == isOver)
    }

    @Test func `it says the same as a plain set, whatever leaves and joins`() {
        var state: UInt64 = 42
        for _ in 0..<50 {
            var line = ParkedLine(line: 0, sinceMs: 0)
            var waiting: Set<Int64> = []
            for _ in 0..<200 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                if state >> 62 == 0 {
                    waiting.insert(line.join())
                } else {
                    let number = Int64(state >> 33) % max(1, line.next + 2)
                    waiting.remove(number)
                    leave(number, &line)
                }
                #expect(line.turn == waiting.min() ?? line.next)
                #expect((0..<line.next).allSatisfy { line.isWaiting($0) == waiting.contains($0) })
                #expect(line.isOver == waiting.isEmpty)
            }
        }
    }

    @Test func `gaps are bounded`() {
        var line = line(of: 2 * ParkedLine.gapsMax + 4)
        for gap in 0..<ParkedLine.gapsMax { leave(Int64(2 * gap + 1), &line) }
        let isTaken = line.leave(Int64(2 * ParkedLine.gapsMax + 1))
        #expect(!isTaken)
        #expect(line.binary().count < 64 * 1024)
        leave(0, &line)
        #expect(line.turn == 2)
    }

    @Test func `it comes back from its bytes`() throws {
        var line = line(of: 9)
        for number: Int64 in [0, 4, 5, 7] { leave(number, &line) }
        #expect(try ParkedLine(binary: line.binary()) == line)
        for count in 0..<line.binary().count {
            #expect(throws: BinaryError.self) {
                try ParkedLine(binary: Array(line.binary().prefix(count)))
            }
        }
    }

    @Test(arguments: [
        ("os-core/4711/3", LetterTurn(service: "os-core", line: 4711, number: 3)),
        ("/0/0", LetterTurn(service: "", line: 0, number: 0)),
        ("os-core/4711", nil), ("os-core/4711/3/", nil), ("os-core/-1/3", nil), ("", nil),
        ("os-core/1/-3", nil), ("os-core/99999999999999999999/3", nil), ("a/b/c", nil),
        (String(repeating: "a", count: 300) + "/1/1", nil),
    ])
    func `a turn is read from its header, or is none`(text: String, turn: LetterTurn?) {
        #expect(LetterTurn(Array(text.utf8)) == turn)
        if let turn { #expect(turn.description == text) }
    }

    @Test func `a long key is parked by its digest`() {
        let long = ParkedKey(input: "in", key: Array(repeating: 1, count: 1_000_000))
        #expect(long.changelogBytes.count == 35)
        #expect(long.input == "in")
        #expect(long != ParkedKey(input: "in", key: Array(repeating: 1, count: 999_999)))
        #expect(ParkedKey(changelogBytes: [1, 2]) == nil)
    }
}
