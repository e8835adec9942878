internal import Streams

/// Where the tables hold what is known of one instance. `InstanceStore` alone changes it.
final class InstanceNode {
    /// The name in UTF-8.
    let nameBytes: NameBytes
    /// Nil until a usable signal was taken.
    var state: Table<InstanceKey, InstanceState>.Place?
    var shape: Table<InstanceKey, InstanceShape>.Place?
    /// Nil until there is a mark.
    var ring: MarkRing?
    // The slots of the ring that the next signal is likely to look at: where its window begins, and
    // where it is marked.
    var baseSlot = 0
    var nextSlot = 0
    let key: InstanceKey
    var name: String { key.instance }

    init(_ key: InstanceKey) {
        self.key = key
        nameBytes = NameBytes(key.instance)
    }
}
