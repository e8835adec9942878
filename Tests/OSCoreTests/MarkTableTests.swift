import Contracts
import Streams
import Testing

@testable import OSCoreDomain

/// The marks share records of the changelog, of which later ones lie over earlier ones: whatever of
/// the log compaction has left, it gives back what the table holds.
struct MarkTableTests {
    private typealias Log = [(key: [UInt8], value: [UInt8]?)]

    private static func totals(_ requests: Double, buckets: Int = 13) -> SignalTotals {
        var totals = SignalTotals()
        totals.requests = requests
        totals.errors = (requests / 7).rounded(.down)
        totals.latencyCounts = BucketCounts(
            (0..<buckets).map { requests * Double($0 + 1) / Double(max(buckets, 1)) })
        totals.cpu.add(requests / 1_024)
        return totals
    }

    private static func entries(_ table: MarkTable) -> [[UInt8]: [UInt8]] {
        var entries: [[UInt8]: [UInt8]] = [:]
        table.forEachEntry { entries[$0] = $1 }
        return entries
    }

    private static func marks(_ table: MarkTable, _ key: InstanceKey) -> [TotalsMark?] {
        let ring = table.find(key)
        return (0..<MarkKey.slots).map { slot in
            ring?[tsMs: slot].map { ms in
                TotalsMark(tsMs: ms, totals: ring?.lend(slot) { copy $0 } ?? SignalTotals())
            }
        }
    }

    private static func restored(_ log: Log) throws -> MarkTable {
        let table = MarkTable(id: 4)
        for (key, value) in log { try table.restore(key: key, value: value) }
        return table
    }

    /// What compaction may leave of a log whose first `cleaned` records it has gone over: of each key
    /// the last of those, and no tombstone if `dropsTombstones`.
    private static func compacted(_ log: Log, cleaned: Int, dropsTombstones: Bool) -> Log {
        var last: [[UInt8]: Int] = [:]
        for index in 0..<cleaned { last[log[index].key] = index }
        return log.indices.compactMap { index in
            let record = log[index]
            guard index < cleaned else { return record }
            guard last[record.key] == index else { return nil }
            return record.value == nil && dropsTombstones ? nil : record
        }
    }

    @Test(arguments: 1...40)
    func `whatever compaction leaves of its changelog gives back the marks`(_ seed: Int) throws {
        var random = RandomSignals(seed: UInt64(seed))
        let table = MarkTable(id: 4)
        let keys = ["a", "b", "é"].map { InstanceKey("service", $0) }
        var newest = [Int](repeating: MarkKey.slots - 1, count: keys.count)
        var log: Log = []
        var ms: Int64 = 1_000
        for _ in 0..<120 {
            let before = newest
            let isAborted = random.chance(10)
            for _ in 0..<random.number(1...(random.chance(10) ? 60 : 6)) {
                table.beginMessage()
                let which = random.number(0...keys.count - 1)
                let standing = newest[which]
                if random.chance(3), let ring = table.find(keys[which]) {
                    table.clear(ring)
                    newest[which] = MarkKey.slots - 1
                    if random.chance(50) { continue }
                }
                for _ in 0..<random.number(1...2) {
                    ms += Int64(random.number(1...9_000))
                    newest[which] = (newest[which] + 1) % MarkKey.slots
                    table.set(
                        table.ring(of: keys[which]), slot: newest[which], tsMs: ms,
                        Self.totals(
                            Double(ms) / (random.chance(10) ? 3 : 1),
                            buckets: random.chance(5) ? 20 : 13))
                }
                if random.chance(5) {
                    table.rollbackMessage()
                    newest[which] = standing
                }
            }
            guard !isAborted else {
                table.rollbackTransaction()
                newest = before
                continue
            }
            for change in table.changes { log.append(change) }
            table.commitTransaction()
        }
        for cleaned in [0, log.count / 3, log.count / 2, log.count] {
            for dropsTombstones in [false, true] {
                let left = Self.compacted(log, cleaned: cleaned, dropsTombstones: dropsTombstones)
                let again = try Self.restored(left)
                for key in keys { #expect(Self.marks(again, key) == Self.marks(table, key)) }
                #expect(Self.entries(again) == Self.entries(table))
                #expect(again.count == table.count)
            }
        }
        // What is forgotten leaves nothing.
        for key in keys { table.find(key).map(table.clear) }
        table.commitTransaction()
        #expect(Self.entries(table).isEmpty && keys.allSatisfy { table.find($0) == nil })
    }

    @Test func `the marks of a transaction are one record of an instance`() throws {
        let table = MarkTable(id: 4)
        let key = InstanceKey("service", "a")
        var sizes: [Int] = []
        for transaction in 0..<8 {
            for step in 1...5 {
                let slot = (5 * transaction + step - 1) % MarkKey.slots
                let ms = Int64(5 * transaction + step) * 5_000
                table.beginMessage()
                table.set(
                    table.ring(of: key), slot: slot, tsMs: ms, Self.totals(Double(ms) * 13))
            }
            var records = 0
            table.forEachChange { _, value in
                records += 1
                sizes.append(value?.byteCount ?? 0)
            }
            #expect(records == 1)
            table.commitTransaction()
        }
        // A mark in full takes about 90 bytes; the four others are said by what came to it.
        #expect(sizes.allSatisfy { $0 < 5 * 60 })
        #expect(table.count == MarkKey.slots)
    }

    @Test func `a mark with a record of its own, as all had once, is read`() throws {
        let key = InstanceKey("service", "a")
        var log: Log = []
        for slot in 0..<3 {
            var writer = BinaryWriter()
            writer.write(UInt8(1))
            writer.write(Int64(slot + 1) * 5_000)
            writer.write(Self.totals(Double(slot) * 100))
            log.append(([UInt8(slot)] + key.changelogBytes, writer.bytes))
        }
        let table = try Self.restored(log)
        for slot in 0..<3 {
            let mark = TotalsMark(
                tsMs: Int64(slot + 1) * 5_000, totals: Self.totals(Double(slot) * 100))
            #expect(Self.marks(table, key)[slot] == mark)
        }
        // A run takes their place.
        table.beginMessage()
        table.set(table.ring(of: key), slot: 1, tsMs: 90_000, Self.totals(900))
        table.set(table.ring(of: key), slot: 2, tsMs: 95_000, Self.totals(950))
        for change in table.changes { log.append(change) }
        table.commitTransaction()
        let again = try Self.restored(log)
        #expect(Self.marks(again, key) == Self.marks(table, key))
        #expect(Self.entries(again) == Self.entries(table))
        // An instance that is forgotten takes the records along that it never wrote anew.
        table.find(key).map(table.clear)
        for change in table.changes { log.append(change) }
        #expect(try Self.restored(log).find(key) == nil)
    }

    @Test func `no bytes of a run cut short, or of a later version, are one`() throws {
        let table = MarkTable(id: 4)
        let key = InstanceKey("service", "a")
        for slot in 0..<4 {
            table.set(
                table.ring(of: key), slot: slot, tsMs: Int64(slot), Self.totals(Double(slot) * 13))
        }
        let value = try #require(table.changes.first?.value)
        #expect(throws: Never.self) { try MarkRun.decode(value) }
        for count in 0..<value.count {
            #expect(throws: BinaryError.self) { try MarkRun.decode(Array(value[..<count])) }
        }
        for (wrong, code) in [
            ([3] + value[1...], BinaryError.Code.unknownVersion), (value + [0], .trailingBytes),
            ([2, 0], .outOfRange), ([2, 255, 255, 127], .outOfRange),
        ] {
            let error = #expect(throws: BinaryError.self) { try MarkRun.decode(wrong) }
            #expect(error?.code == code)
        }
    }

    @Test(arguments: [
        (1.0, 2.0), (2.0, 1.0), (0.5, 1.0), (1.0, 0.5), (0, 4_503_599_627_370_496),
        (4_503_599_627_370_496, 0), (9e15, 9.1e15), (1e300, 1.0),
    ]) func `totals are the same after a step from any others`(_ step: (Double, Double)) throws {
        let (before, after) = (Self.totals(step.0), Self.totals(step.1))
        var writer = BinaryWriter()
        after.encode(into: &writer, after: before)
        var reader = BinaryReader(writer.bytes)
        #expect(try SignalTotals(from: &reader, after: before) == after)
        #expect(reader.remaining == 0)
    }
}
