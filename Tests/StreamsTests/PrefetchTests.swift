import Streams
import Testing

/// A hint to the processor: it changes nothing.
struct PrefetchTests {
    private struct Large: Equatable {
        var values = InlineArray<64, Int>(repeating: 7)

        static func == (one: Large, other: Large) -> Bool {
            one.values.indices.allSatisfy { one.values[$0] == other.values[$0] }
        }
    }

    @Test func `what is fetched ahead is what it was`() {
        var (small, large) = (UInt8(3), Large())
        Prefetch.value(&small)
        Prefetch.value(&large)
        #expect(small == 3 && large == Large())
        let table = Table<String, Int64>(id: 1, name: "numbers")
        var place: Table<String, Int64>.Place?
        table.set(5, of: "a", at: &place)
        if let place { table.prefetch(place) }
        #expect(table["a"] == 5 && table.changes.count == 1)
    }
}
