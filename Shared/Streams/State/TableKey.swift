public import Contracts

/// A key of a table: hashable in memory, ordered for deterministic iteration, bytes in the
/// changelog.
public protocol TableKey: Hashable, Comparable, Sendable {
    /// The key's bytes in the changelog.
    var changelogBytes: [UInt8] { get }
    /// The key that has these bytes; nil if none has.
    init?(changelogBytes: [UInt8])
    /// Appends `changelogBytes`. A key that is written often does so without making the array.
    func write(into writer: inout BinaryWriter)
}

extension TableKey {
    /// Appends `changelogBytes`.
    public func write(into writer: inout BinaryWriter) { writer.append(changelogBytes) }
}

extension String: TableKey {
    /// UTF-8.
    public var changelogBytes: [UInt8] { Array(utf8) }

    /// UTF-8.
    public func write(into writer: inout BinaryWriter) { writer.append(utf8) }

    /// Nil if the bytes are not UTF-8.
    public init?(changelogBytes: [UInt8]) {
        self.init(validating: changelogBytes, as: UTF8.self)
    }
}
