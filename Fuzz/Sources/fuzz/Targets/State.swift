import Contracts
import Streams

extension FuzzTarget {
    /// A record of a changelog: a byte for the service, one for the table, the length of the key,
    /// the key, the value. What a table takes it gives back, and takes again.
    static let tables = FuzzTarget("tables") { bytes in
        guard bytes.count >= 3 else { return }
        let service = Int(bytes[0])
        let tables = Reducers.tables(service)
        let index = Int(bytes[1]) % tables.count
        let rest = bytes.dropFirst(3)
        let key = Array(rest.prefix(Int(bytes[2])))
        let value = Array(rest.dropFirst(Int(bytes[2])))
        do throws(BinaryError) {
            try tables[index].restore(key: key, value: value)
        } catch {
            expect((0...value.count).contains(error.offset), "\(error) of \(value.count) bytes")
            return
        }
        let taken = entries(of: tables[index])
        expect(taken.count == 1 && taken[0].key == key, "the entry is not there")
        let again = Reducers.tables(service)[index]
        for entry in taken {
            must("take back what was given") {
                try again.restore(key: entry.key, value: entry.value)
            }
        }
        expect(entries(of: again) == taken, "the entry is another after its encoding")
        must("a tombstone") { try again.restore(key: key, value: nil) }
        expect(entries(of: again).isEmpty, "the tombstone left something")
    }

    private struct Entry: Equatable {
        let key: [UInt8]
        let value: [UInt8]
    }

    private static func entries(of table: any StateStore) -> [Entry] {
        var entries: [Entry] = []
        table.forEachEntry { entries.append(Entry(key: $0, value: $1)) }
        return entries
    }

    /// The record of a transaction.
    static let transaction = FuzzTarget("transaction") { bytes in
        guard let record = try? TransactionRecord(binary: bytes) else { return }
        let encoded = record.binary()
        // A record of version 1 says no turns, which are two zeros now.
        let added = bytes.first == 1 ? 2 : 0
        expect(encoded.count <= bytes.count + added, "the encoding is longer than what was read")
        let again = must("read it again") { try TransactionRecord(binary: encoded) }
        expect(again == record && again.binary() == encoded, "the record is another")
    }
}
