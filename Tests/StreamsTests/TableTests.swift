import Contracts
import Streams
import Testing

struct TableTests {
    private let table = Table<String, Int64>(id: 1, name: "t")

    private var content: [String: Int64] {
        Dictionary(
            uniqueKeysWithValues: table.sortedKeys().compactMap { key in
                table[key].map { (key, $0) }
            })
    }

    private var changes: [String: Int64?] {
        var changes: [String: Int64?] = [:]
        for (key, value) in table.changes {
            let value = value.flatMap { bytes in try? Int64(binary: bytes) }
            changes.updateValue(value, forKey: String(decoding: key, as: UTF8.self))
        }
        return changes
    }

    @Test func `what was changed in place is undone like what was set`() throws {
        table["a"] = 1
        table.commitTransaction()
        let place = try #require(table.place(of: "a"))
        #expect(table.change(at: place) { $0 += 1 } != nil)
        table.beginMessage()
        table.change(at: place) { $0 += 10 }
        table.change(at: place) { $0 += 10 }
        #expect(table.lend(at: place) { $0 + 0 } == 22)
        table.rollbackMessage()
        #expect(table["a"] == 2)
        // The same message may write again after it was undone, and be undone again.
        table.change(at: place) { $0 += 100 }
        table["b"] = 1
        table.rollbackMessage()
        #expect(content == ["a": 2])
        #expect(changes == ["a": 2])
        table.rollbackTransaction()
        #expect(content == ["a": 1])
        table["a"] = nil
        table.commitTransaction()
        #expect(table.change(at: place) { $0 += 1 } == nil)
        #expect(table.lend(at: place) { $0 + 0 } == nil)
    }

    @Test func `a message can be undone without the transaction`() {
        table.beginMessage()
        table["a"] = 1
        table.beginMessage()
        table["a"] = 2
        table["b"] = 3
        table.rollbackMessage()
        #expect(content == ["a": 1])
        #expect(changes == ["a": 1])
        table.commitTransaction()
        #expect(content == ["a": 1])
        #expect(table.count == 1)
    }

    @Test func `a transaction can be undone, across messages`() {
        table["a"] = 1
        table.commitTransaction()
        for value: Int64 in 2...4 {
            table.beginMessage()
            table["a"] = value
            table["b\(value)"] = value
        }
        table["a"] = nil
        #expect(table["a"] == nil)
        table.rollbackTransaction()
        #expect(content == ["a": 1])
        #expect(!table.hasChanges)
    }

    @Test func `changes are one for a key, the last, and none for what came and went`() {
        table["kept"] = 1
        table["gone"] = 1
        table.commitTransaction()
        table["kept"] = 2
        table["kept"] = 3
        table["gone"] = nil
        table["brief"] = 1
        table["brief"] = nil
        #expect(changes == ["kept": 3, "gone": nil])
        #expect(table.hasChanges)
        table.commitTransaction()
        #expect(!table.hasChanges)
        table["brief"] = 1
        table["brief"] = nil
        #expect(!table.hasChanges)
    }

    @Test func `an update that throws changes nothing`() {
        struct Stop: Error {}
        table["a"] = 1
        table.commitTransaction()
        #expect(throws: Stop.self) {
            try table.update("a", initial: 0) { value throws(Stop) in
                value = 9
                throw Stop()
            }
        }
        #expect(table["a"] == 1)
        #expect(!table.hasChanges)
        #expect(
            table.update("a", initial: 0) {
                $0 += 1; return $0
            } == 2)
    }

    @Test func `it is what a dictionary is, whatever is done and undone`() {
        var generator = Generator(seed: 7)
        var committed: [String: Int64] = [:]
        var current: [String: Int64] = [:]
        var beforeMessage: [String: Int64] = [:]
        for _ in 0..<20_000 {
            let key = "k\(generator.next() % 30)"
            switch generator.next() % 20 {
            case 0:
                table.commitTransaction()
                committed = current
                beforeMessage = current
            case 1:
                table.rollbackTransaction()
                current = committed
                beforeMessage = current
            case 2, 3, 4:
                table.beginMessage()
                beforeMessage = current
            case 5, 6:
                table.rollbackMessage()
                current = beforeMessage
            case 7, 8, 9, 10:
                table[key] = nil
                current[key] = nil
            default:
                let value = Int64(generator.next() % 100)
                table[key] = value
                current[key] = value
            }
            #expect(table.count == current.count)
        }
        #expect(content == current)
    }

    @Test func `a restore takes the last of each key`() throws {
        try table.restore(key: Array("a".utf8), value: Int64(1).binary())
        try table.restore(key: Array("a".utf8), value: Int64(2).binary())
        try table.restore(key: Array("b".utf8), value: Int64(3).binary())
        try table.restore(key: Array("b".utf8), value: nil)
        try table.restore(key: Array("never".utf8), value: nil)
        #expect(content == ["a": 2])
        #expect(!table.hasChanges)
        #expect(throws: BinaryError.self) { try table.restore(key: [0xff], value: [0]) }
        #expect(throws: BinaryError.self) { try table.restore(key: [1], value: [0, 0]) }
    }
}

/// SplitMix64: the same numbers for the same seed, everywhere.
struct Generator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
