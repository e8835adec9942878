/// A record on its way out, lent for the length of one call: the log copies what it keeps.
@safe public struct OutgoingRecord: ~Copyable {
    /// Which topic: an index into the topics that the task was opened with.
    public let topic: Int
    /// The partition; nil leaves it to the key (murmur2, as Java's producers hash).
    public let partition: Int32?
    /// The record's timestamp, Unix ms; nil for the producer's clock.
    public let timestampMs: Int64?
    /// The headers, in order.
    public let headers: [RecordHeader]
    private let keyBytes: UnsafeRawBufferPointer?
    private let valueBytes: UnsafeRawBufferPointer?

    /// A record over memory that outlives this value.
    @unsafe public init(
        topic: Int, partition: Int32?, timestampMs: Int64?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: [RecordHeader]
    ) {
        self.topic = topic
        self.partition = partition
        self.timestampMs = timestampMs
        self.headers = headers
        unsafe self.keyBytes = key
        unsafe self.valueBytes = value
    }

    /// The key's bytes, valid during the call.
    @unsafe public var key: UnsafeRawBufferPointer? { unsafe keyBytes }
    /// The value's bytes, valid during the call; nil is a tombstone.
    @unsafe public var value: UnsafeRawBufferPointer? { unsafe valueBytes }

    /// A copy of the key.
    public func copyKey() -> [UInt8]? { unsafe keyBytes.map { unsafe [UInt8]($0) } }
    /// A copy of the value.
    public func copyValue() -> [UInt8]? { unsafe valueBytes.map { unsafe [UInt8]($0) } }
}
