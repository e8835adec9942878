import Contracts
import ExampleKit

/// Flags that a test sets.
final class SettableFlags: FlagSource {
    private let values = Locked([String: FlagValue]())

    func set(_ flag: String, _ value: FlagValue?) {
        values.withLock { $0[flag] = value }
    }

    func isOn(_ flag: String) -> Bool? { values.withLock { $0[flag]?.bool } }
    func number(_ flag: String) -> Double? { values.withLock { $0[flag]?.number } }
    var version: Int64 { 7 }
}
