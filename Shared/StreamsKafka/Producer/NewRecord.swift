public import Streams

/// A record to be sent.
public struct NewRecord: Sendable, Hashable {
    /// The topic, without the deployment's prefix.
    public var topic: String
    /// The partition; nil leaves it to the key (murmur2, as Java's producers hash).
    public var partition: Int32?
    /// The key, nil for none.
    public var key: [UInt8]?
    /// The value, nil for a tombstone.
    public var value: [UInt8]?
    /// The headers, in order.
    public var headers: [RecordHeader]
    /// Unix ms; nil for the producer's clock.
    public var timestampMs: Int64?

    /// A record.
    public init(
        topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader] = [], timestampMs: Int64? = nil
    ) {
        self.topic = topic
        self.partition = partition
        self.key = key
        self.value = value
        self.headers = headers
        self.timestampMs = timestampMs
    }
}
