internal import Streams

/// What the tables hold of one instance, at hand. The tables are the truth: `InstanceStore` alone
/// changes both.
final class InstanceNode {
    let key: InstanceKey
    var name: String { key.instance }
    /// The name in UTF-8.
    let nameBytes: [UInt8]
    /// Nil until a usable signal was taken.
    var state: InstanceState?
    var shape: InstanceShape?
    /// Event time of the mark in each slot of the ring, ms.
    var markMs = [Int64?](repeating: nil, count: Int(MarkKey.slots))

    var statePlace: Table<InstanceKey, InstanceState>.Place?
    var shapePlace: Table<InstanceKey, InstanceShape>.Place?
    var markPlaces = [Table<MarkKey, TotalsMark>.Place?](
        repeating: nil, count: Int(MarkKey.slots))

    init(_ key: InstanceKey) {
        self.key = key
        nameBytes = Array(key.instance.utf8)
    }

    /// When a usable signal was last taken, wall time, ms; 0 if never.
    var seenMs: Int64 { state?.seenMs ?? 0 }
}
