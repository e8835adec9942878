/// Where a record that was sent has its place.
public struct DeliveredRecord: Sendable, Hashable {
    /// The partition.
    public let partition: Int32
    /// Its position there.
    public let offset: Int64
    /// The record's timestamp, Unix ms; of the broker where the topic takes its time of append.
    public let timestampMs: Int64

    /// A place.
    public init(partition: Int32, offset: Int64, timestampMs: Int64) {
        self.partition = partition
        self.offset = offset
        self.timestampMs = timestampMs
    }
}
