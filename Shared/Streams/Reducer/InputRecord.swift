internal import Glibc

/// One record of an input, lent to a reducer for the length of one call.
///
/// The bytes stay where the log put them: nothing is copied until `copyKey` or `copyValue` asks
/// for it. The record cannot be stored, so the pointers inside never outlive it.
@safe public struct InputRecord: ~Copyable {
    /// Which input: an index into `Topology.inputs`.
    public let input: Int
    /// The partition that it was read from.
    public let partition: Int32
    /// Its position there.
    public let offset: Int64
    /// The end of the year 9999, Unix ms: later timestamps are taken for this.
    public static let timestampMsMax: Int64 = 253_402_300_799_999

    /// The record's timestamp, Unix ms (of the producer, or of the broker at append); -1 if it has
    /// none.
    public let timestampMs: Int64
    private let keyBytes: UnsafeRawBufferPointer?
    private let valueBytes: UnsafeRawBufferPointer?
    let headerSource: any HeaderSource

    /// A record over memory that outlives this value. A nil value is a tombstone; empty is not nil.
    @unsafe public init(
        input: Int, partition: Int32, offset: Int64, timestampMs: Int64,
        key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: any HeaderSource
    ) {
        self.input = input
        self.partition = partition
        self.offset = offset
        // A producer may stamp what it likes: what is no time of this calendar must not overflow.
        self.timestampMs = min(max(timestampMs, -1), Self.timestampMsMax)
        unsafe self.keyBytes = key
        unsafe self.valueBytes = value
        self.headerSource = headers
    }

    /// Whether the record is a tombstone.
    public var isTombstone: Bool { unsafe valueBytes == nil }

    /// The size of the value, 0 for a tombstone.
    public var valueCount: Int { unsafe valueBytes?.count ?? 0 }

    /// A copy of the key, nil if it has none.
    public func copyKey() -> [UInt8]? { unsafe keyBytes.map { unsafe [UInt8]($0) } }

    /// A copy of the value, nil for a tombstone.
    public func copyValue() -> [UInt8]? { unsafe valueBytes.map { unsafe [UInt8]($0) } }

    /// Puts a copy of the key in the place of what `bytes` holds, whose memory is used again; empty
    /// if the record has none.
    public func copyKey(into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        if let keyBytes = unsafe keyBytes { unsafe bytes.append(contentsOf: keyBytes) }
    }

    /// Whether the record has this key.
    public func hasKey(_ bytes: [UInt8]) -> Bool {
        guard let keyBytes = unsafe keyBytes, keyBytes.count == bytes.count else { return false }
        guard let start = keyBytes.baseAddress else { return true }
        return unsafe bytes.withUnsafeBytes { buffer in
            unsafe buffer.baseAddress.map { unsafe memcmp($0, start, buffer.count) == 0 } ?? true
        }
    }

    /// Lends the value to `body`; nil for a tombstone.
    public func withValueSpan<R, E: Error>(_ body: (RawSpan?) throws(E) -> R) throws(E) -> R {
        guard let valueBytes = unsafe valueBytes else { return try body(nil) }
        return try body(unsafe valueBytes.bytes)
    }

    /// Lends the key's bytes to `body`.
    @unsafe public func withKey<R, E: Error>(
        _ body: (UnsafeRawBufferPointer?) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(keyBytes)
    }

    /// Lends the value's bytes to `body`; nil for a tombstone.
    @unsafe public func withValue<R, E: Error>(
        _ body: (UnsafeRawBufferPointer?) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(valueBytes)
    }

    /// The last header of that name.
    public func header(_ name: String) -> [UInt8]? { headerSource.header(name) }

    /// All headers, in order.
    public func headers() -> [RecordHeader] { headerSource.headers() }
}

/// Reads the headers of the current record of a log, only when asked.
public protocol HeaderSource: AnyObject {
    /// The last header of that name.
    func header(_ name: String) -> [UInt8]?
    /// All headers, in order.
    func headers() -> [RecordHeader]
}
