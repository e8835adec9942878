internal import Contracts
internal import Streams

/// A run of an instance's marks. In the changelog: the slot of its ring in which the run begins, then
/// the instance.
struct MarkKey: TableKey {
    /// How many marks a ring has: at a twelfth of a window apart they reach past its begin.
    static let slots = 16

    let instance: InstanceKey
    let slot: Int

    init(_ instance: InstanceKey, slot: Int) {
        self.instance = instance
        self.slot = slot
    }

    var changelogBytes: [UInt8] { [UInt8(slot)] + instance.changelogBytes }

    func write(into writer: inout BinaryWriter) {
        writer.write(UInt8(slot))
        instance.write(into: &writer)
    }

    init?(changelogBytes bytes: [UInt8]) {
        guard let slot = bytes.first, slot < Self.slots,
            let instance = InstanceKey(changelogBytes: Array(bytes.dropFirst()))
        else { return nil }
        self.init(instance, slot: Int(slot))
    }

    static func < (one: MarkKey, other: MarkKey) -> Bool {
        (one.instance, one.slot) < (other.instance, other.slot)
    }
}
