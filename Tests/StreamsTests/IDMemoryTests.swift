import Contracts
import Streams
import Testing

@Suite struct IDMemoryTests {
    private static let digests = (0..<3).map { [UInt8](repeating: UInt8($0), count: 32) }

    private func memory(countMax: Int, rememberMs: Int64 = 1_000) -> IDMemory {
        IDMemory(id: 1, name: "ids", rememberMs: rememberMs, countMax: countMax)
    }

    private func entries(_ memory: IDMemory) -> [[UInt8]: [UInt8]] {
        var all: [[UInt8]: [UInt8]] = [:]
        memory.forEachEntry { all[$0] = $1 }
        return all
    }

    @Test func `an id with its digest is a repetition, with another one a conflict`() {
        let memory = memory(countMax: 10)
        #expect(memory.verdict("a", digest: Self.digests[1]) == .new)
        memory.remember("a", digest: Self.digests[1], nowMs: 1)
        #expect(memory.verdict("a", digest: Self.digests[1]) == .duplicate)
        #expect(memory.verdict("a", digest: Self.digests[2]) == .conflict)
        #expect(memory.verdict("", digest: Self.digests[1]) == .new)
    }

    @Test func `what came first is forgotten first, by number and by time`() {
        let memory = memory(countMax: 2)
        for (index, id) in ["a", "b", "c"].enumerated() {
            memory.remember(id, digest: Self.digests[0], nowMs: Int64(index))
        }
        #expect(memory.verdict("a", digest: Self.digests[0]) == .new)
        #expect(memory.count == 2)
        memory.remember("d", digest: Self.digests[0], nowMs: 2_000)
        #expect(memory.verdict("c", digest: Self.digests[0]) == .new)
        #expect(memory.count == 1)
    }

    /// Ids, messages and transactions of chance, some undone, held against a list that does the same
    /// in the plainest way, and against a memory that is filled from the changelog.
    @Test(arguments: UInt64(1)...8)
    func `it does what a plain list does, whatever is undone`(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        let memory = memory(countMax: 200, rememberMs: 40)
        var changelog: [[UInt8]: (order: Int, value: [UInt8])] = [:]
        var written = 0
        var kept: [(id: String, digest: Int, ms: Int64)] = []
        var nowMs: Int64 = 0
        for _ in 0..<200 {
            let before = kept
            for _ in 0..<chance.below(40) {
                let beforeMessage = kept
                memory.beginMessage()
                let id = "id-\(chance.below(600))" + String(repeating: "x", count: chance.below(70))
                let digest = chance.below(3)
                let known = kept.first { $0.id == id }
                let expected: IDMemory.Verdict =
                    known.map { $0.digest == digest ? .duplicate : .conflict } ?? .new
                #expect(memory.verdict(id, digest: Self.digests[digest]) == expected)
                memory.remember(id, digest: Self.digests[digest], nowMs: nowMs)
                kept.removeAll { $0.id == id }
                kept.append((id, digest, nowMs))
                while let first = kept.first, kept.count > 200 || first.ms < nowMs - 40 {
                    kept.removeFirst()
                }
                guard chance.below(5) == 0 else { continue }
                memory.rollbackMessage()
                kept = beforeMessage
            }
            if chance.below(6) == 0 {
                memory.rollbackTransaction()
                kept = before
            } else {
                for (key, value) in memory.changes {
                    written += 1
                    changelog[key] = value.map { (written, $0) }
                }
                memory.commitTransaction()
            }
            nowMs += Int64(chance.below(4))
            #expect(memory.count == kept.count)
        }
        let restored = self.memory(countMax: 200, rememberMs: 40)
        for (key, record) in changelog.sorted(by: { $0.value.order < $1.value.order }) {
            try restored.restore(key: key, value: record.value)
        }
        #expect(entries(restored) == entries(memory))
        #expect(entries(memory).count == kept.count)
        // Both forget the same ones from here on.
        for index in 0..<150 {
            for one in [memory, restored] {
                one.remember("new-\(index)", digest: Self.digests[0], nowMs: nowMs)
            }
        }
        #expect(entries(restored) == entries(memory))
    }

    @Test func `a record that is none is refused`() {
        let memory = memory(countMax: 2)
        #expect(throws: BinaryError.self) { try memory.restore(key: [0x61], value: [9]) }
        #expect(throws: BinaryError.self) { try memory.restore(key: [0xff], value: nil) }
        #expect(throws: BinaryError.self) {
            try memory.restore(key: [0x61], value: [1, 0, 0, 0])
        }
    }

    /// Numbers of chance that a seed gives again.
    private struct Chance {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

        mutating func below(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(limit))
        }
    }
}
