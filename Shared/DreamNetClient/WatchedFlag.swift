internal import Contracts
internal import Synchronization

/// One flag of a subscriber, for code that asks on every request: what it answers is one load from
/// memory, without a lock and without an allocation.
public final class WatchedFlag: Sendable {
    /// The flag.
    public let name: String

    // A truth value or none is one of these; every other pattern is a number's. They are patterns
    // of no number, which JSON cannot hold.
    private static let unset: UInt64 = 0x7ff8_0000_0000_0001
    private static let off: UInt64 = 0x7ff8_0000_0000_0002
    private static let on: UInt64 = 0x7ff8_0000_0000_0003

    private let pattern = Atomic<UInt64>(unset)

    init(_ name: String) { self.name = name }

    /// The flag as a truth value; `fallback` if it was never set.
    @inlinable
    public func isOn(default fallback: Bool) -> Bool { bool ?? fallback }

    /// The flag as a truth value; nil if it was never set.
    public var bool: Bool? {
        switch pattern.load(ordering: .acquiring) {
        case Self.on: true
        case Self.off: false
        default: nil
        }
    }

    /// The flag as a number; nil if it was never set.
    public var number: Double? {
        let number = Double(bitPattern: pattern.load(ordering: .acquiring))
        return number.isNaN ? nil : number
    }

    func set(_ value: FlagValue?) {
        let bits: UInt64
        switch value {
        case nil: bits = Self.unset
        case .bool(let isOn)?: bits = isOn ? Self.on : Self.off
        case .number(let number)?: bits = number.isNaN ? Self.unset : number.bitPattern
        }
        pattern.store(bits, ordering: .releasing)
    }
}
