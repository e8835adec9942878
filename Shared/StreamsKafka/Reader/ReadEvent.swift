/// What a reader gives.
public enum ReadEvent: Sendable, Hashable {
    /// A record.
    case record(ReadRecord)
    /// All of a partition before `offset` is read; of a read_committed reader, all that is not
    /// part of an open transaction.
    case end(topic: String, partition: Int32, offset: Int64)
}
