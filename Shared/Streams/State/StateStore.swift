public import Contracts

/// What the pipeline needs of a table: to take its changes into a transaction, to keep or to
/// drop them, and to fill it from the changelog.
public protocol StateStore: AnyObject {
    /// Takes a changed key, and its value now (nil: deleted).
    typealias ChangeHandler = (_ key: RawSpan, _ value: RawSpan?) -> Void

    /// The first byte of the table's changelog keys; unique within a reducer, 1 to 250.
    var id: UInt8 { get }
    /// Goes by the task's clock from now on.
    /// - Returns: false if the store does not, so that it is told of each message.
    func follow(_ clock: MessageClock) -> Bool
    /// Begins a message: what follows can be undone alone.
    func beginMessage()
    /// Undoes what the current message changed.
    func rollbackMessage()
    /// Whether the transaction changed anything.
    var hasChanges: Bool { get }
    /// Calls `body` with each key that the transaction changed and its value now (nil: deleted),
    /// in the order of first change.
    func forEachChange(_ body: ChangeHandler)
    /// The size of the largest change of the current message, key and value encoded, in bytes.
    /// It encodes them all: not for hot paths.
    var largestChangeBytes: Int { get }
    /// Makes the transaction's changes final.
    func commitTransaction()
    /// Undoes what the transaction changed.
    func rollbackTransaction()
    /// Takes a record of the changelog (key without the table's id; nil value: deleted).
    func restore(key: [UInt8], value: [UInt8]?) throws(BinaryError)
    /// Calls `body` with every key that has a value, in the order of the keys. For snapshots and
    /// tests: it sorts and encodes the whole table.
    func forEachEntry(_ body: (_ key: [UInt8], _ value: [UInt8]) -> Void)
}

extension StateStore {
    /// The transaction's changes as arrays: for tests.
    package var changes: [(key: [UInt8], value: [UInt8]?)] {
        var changes: [(key: [UInt8], value: [UInt8]?)] = []
        forEachChange { key, value in
            var copy: [UInt8]?
            if let value { copy = unsafe value.withUnsafeBytes { unsafe [UInt8]($0) } }
            changes.append((unsafe key.withUnsafeBytes { unsafe [UInt8]($0) }, copy))
        }
        return changes
    }

    /// It does not.
    public func follow(_ clock: MessageClock) -> Bool { false }
}
