import Contracts
import OperatorDomain
import Testing

/// What was done with dead letters, and who works on them.
@Suite struct LedgerTests {
    private func place(_ offset: Int64, partition: Int32 = 0) -> DeadLetterPlace {
        DeadLetterPlace(topic: .signal, partition: partition, offset: offset)
    }

    private func hold(host: String = "desk", seenMs: Int64 = 0) -> LedgerHoldPayload {
        LedgerHoldPayload(
            queue: "signal", author: "alice", host: host, pid: 7, runId: "r1", sinceMs: 0,
            seenMs: seenMs)
    }

    @Test func `offsets in any order are known one by one`() {
        var set = OffsetSet()
        for offset: Int64 in [5, 1, 9, 2, 4, 3, 3, 8] { set.insert(offset) }
        #expect((0...10).filter { set.contains($0) } == [1, 2, 3, 4, 5, 8, 9])
        #expect(set.count(from: 4) == 4)
        set.remove(3)
        set.remove(7)
        #expect((0...10).filter { set.contains($0) } == [1, 2, 4, 5, 8, 9])
        #expect(set.offsets(before: 6, limit: 3) == [1, 2, 4])
        var other = OffsetSet()
        for offset: Int64 in [2, 9, 700] { other.insert(offset) }
        #expect(set.count(without: other) == 4 && set.count(without: nil) == 6)
        set.removeAll(before: 4)
        #expect(set.offsets(before: .max, limit: 9) == [4, 5, 8, 9])
    }

    @Test func `every other offset costs no more than every one, wherever they lie`() {
        // What a filter takes out of order: a list of ranges is moved for each of these.
        var set = OffsetSet()
        for offset in stride(from: Int64(999_999), through: 1, by: -2) { set.insert(offset) }
        #expect(set.count(from: 0) == 500_000)
        for offset in [-1, .min, .max] as [Int64] { set.insert(offset) }
        #expect(set.contains(.max) && !set.contains(-1) && !set.contains(.min))
        #expect(set.count(from: .max) == 1 && set.count(from: .min) == 500_001)
        set.removeAll(before: .max)
        set.remove(.max)
        #expect(set.isEmpty)
    }

    @Test func `a set says the same as one of Swift's, whatever is done to it`() {
        var random = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: 1...UInt64.max, using: &random)
        var state = seed
        var (set, plain) = (OffsetSet(), Set<Int64>())
        for _ in 0..<3_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let offset = Int64(state >> 33) % 60
            if state >> 63 == 0 || plain.count < 20 {
                set.insert(offset)
                plain.insert(offset)
            } else {
                set.remove(offset)
                plain.remove(offset)
            }
            guard (0..<60).allSatisfy({ set.contains($0) == plain.contains($0) }) else {
                Issue.record("seed \(seed)")
                return
            }
        }
        #expect(set.count(from: 0) == plain.count)
    }

    @Test func `an entry resolves a letter, and a tombstone opens it again`() {
        var ledger = Ledger()
        ledger.take(key: Ledger.key(of: place(3)), value: [1])
        ledger.take(key: Ledger.key(of: place(3, partition: 1)), value: [1])
        #expect(ledger.isResolved(place(3)) && !ledger.isResolved(place(2)))
        #expect(ledger.resolvedCount(of: .signal, partition: 0, from: 0) == 1)
        #expect(
            ledger.expired(of: .signal, partition: 1, before: 9, limit: 5)
                == [place(3, partition: 1)])
        ledger.take(key: Ledger.key(of: place(3)), value: nil)
        #expect(!ledger.isResolved(place(3)))
        for key in [nil, [], Array("!".utf8), Array("x/1".utf8), [0xff]] as [[UInt8]?] {
            ledger.take(key: key, value: [1])
        }
        #expect(ledger.isResolved(place(3, partition: 1)))
    }

    @Test func `quarantine stands beside what was done, and is released`() throws {
        var ledger = Ledger()
        func entry(_ resolution: LetterResolution) throws -> [UInt8] {
            try Envelope(
                id: "r1/x", ts: 7, role: .operator,
                LedgerEntryPayload(
                    place: "signal/0/3", resolution: resolution, author: "alice", atMs: 7,
                    runId: "r1")
            ).serialized()
        }
        let key = Ledger.quarantineKey(of: place(3))
        ledger.take(key: key, value: try entry(.quarantined))
        #expect(ledger.isQuarantined(place(3)) && !ledger.isResolved(place(3)))
        #expect(!ledger.isQuarantined(place(4)))
        ledger.take(key: key, value: try entry(.released))
        #expect(!ledger.isQuarantined(place(3)) && ledger.isReleased(place(3)))
        #expect(ledger.expiredMarks(of: .signal, partition: 0, before: 4) == [place(3)])
        #expect(ledger.expiredMarks(of: .signal, partition: 0, before: 3).isEmpty)
        ledger.take(key: key, value: nil)
        #expect(!ledger.isMarked(place(3)))
        for strange in [Array("?".utf8), Array("?x/1".utf8), [0x3f, 0xff]] {
            ledger.take(key: strange, value: [1])
        }
    }

    @Test func `the entries of a run say the same as when each is written anew`() throws {
        let text = try #require(
            try LedgerEntryText(
                .replayed, author: "alice \u{2}\"", atMs: 7, runID: "r1", reason: "old"))
        for place in [place(3), place(12, partition: 1)] {
            let entry = try Envelope(
                id: "r1/\(place)", ts: 7, role: .operator,
                LedgerEntryPayload(
                    place: "\(place)", resolution: .replayed, author: "alice \u{2}\"", atMs: 7,
                    runId: "r1", reason: "old"))
            #expect(try text.bytes(of: place) == entry.serialized())
        }
        let marked = try LedgerEntryText(
            .replayed, author: "a", atMs: 7, runID: "r1", reason: "\u{1}")
        #expect(marked == nil)
    }

    @Test func `a hold lasts until its tombstone`() throws {
        var ledger = Ledger()
        let value = try Envelope(id: "h", ts: 1, role: .operator, hold()).serialized()
        ledger.take(key: Ledger.holdKey(of: .signal), value: value)
        #expect(ledger.hold(on: .signal)?.author == "alice")
        #expect(ledger.hold(on: .alert) == nil)
        ledger.take(key: Ledger.holdKey(of: .signal), value: nil)
        #expect(ledger.hold(on: .signal) == nil)
    }

    @Test(arguments: [
        ("desk", true, Int64(15_000), false), ("desk", false, 0, true),
        ("desk", true, 15_001, true), ("other", false, 15_000, false),
        ("other", false, 15_001, true),
    ])
    func `a queue is taken over from a run that died`(
        host: String, isAlive: Bool, nowMs: Int64, isOver: Bool
    ) {
        #expect(
            QueueHold.isOver(hold(), nowMs: nowMs, host: host) { $0 == 7 && isAlive } == isOver)
    }

    @Test func `a replay says what it sent, what stays and what became of it`() {
        var tally = ReplayTally(runId: "r1", topic: "nervous.signal", dryRun: false)
        tally.sent = 3
        tally.keep("it is still wrong: ts: missing")
        #expect(!tally.text(for: Fixtures.console()).contains("came back"))
        tally.cameBack = 1
        #expect(tally.text(for: Fixtures.console()).contains("1 came back so far"))
        tally.accepted = 2
        tally.stopped = "1 of 3 came back"
        let text = tally.text(for: Fixtures.console())
        #expect(text.contains("3 letters sent to nervous.signal (run r1)"))
        #expect(text.contains("1 letter stayed\n  1  it is still wrong: ts: missing"))
        #expect(text.contains("2 accepted, 1 came back") && text.contains("stopped: 1 of 3"))
    }
}
