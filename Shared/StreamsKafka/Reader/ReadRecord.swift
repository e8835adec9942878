public import Streams

/// A record that was read, with memory of its own.
public struct ReadRecord: Sendable, Hashable {
    /// The topic, without the deployment's prefix.
    public let topic: String
    /// The partition.
    public let partition: Int32
    /// Its position there.
    public let offset: Int64
    /// Unix ms, of the producer or of the broker at append; -1 if there is none.
    public let timestampMs: Int64
    /// The key, nil if it has none.
    public let key: [UInt8]?
    /// The value, nil for a tombstone.
    public let value: [UInt8]?
    /// The headers, in order; names may repeat.
    public let headers: [RecordHeader]

    /// A record.
    public init(
        topic: String, partition: Int32, offset: Int64, timestampMs: Int64, key: [UInt8]?,
        value: [UInt8]?, headers: [RecordHeader]
    ) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.timestampMs = timestampMs
        self.key = key
        self.value = value
        self.headers = headers
    }

    /// The value of the last header of that name, as text.
    public func headerText(_ name: String) -> String? {
        headers.last { $0.name == name }?.value.map { String(decoding: $0, as: UTF8.self) }
    }
}
