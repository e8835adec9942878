/// A record as an in-process broker keeps it.
public struct InProcessRecord: Sendable, Hashable {
    /// Its position in the partition.
    public let offset: Int64
    /// The key.
    public let key: [UInt8]?
    /// The value; nil for a tombstone.
    public let value: [UInt8]?
    /// The headers.
    public let headers: [RecordHeader]
    /// The timestamp, Unix ms.
    public let timestampMs: Int64

    /// The key as text.
    public var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }
    /// The value as text.
    public var valueText: String? { value.map { String(decoding: $0, as: UTF8.self) } }

    /// The last header of that name, as text.
    public func header(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Where an in-process log is being called: for hooks that let calls fail.
public struct InProcessCall: Sendable, Hashable {
    /// Which side of the call's effect.
    public enum Moment: Sendable, Hashable { case before, after }

    /// The call, by its name in `TaskLog`.
    public let name: String
    /// The partition of the task.
    public let partition: Int32
    /// The instance that the task belongs to.
    public let instance: String
    /// Whether it has had its effect.
    public let moment: Moment
}
