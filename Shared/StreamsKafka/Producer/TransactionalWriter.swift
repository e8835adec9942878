public import Streams

/// Writes records in transactions, for a program that reads by itself: all of a transaction is there,
/// or nothing is. Whoever starts under an id fences the one before, so that there is one at a time.
///
/// Its calls block; one thread at a time.
public final class TransactionalWriter {
    /// Handing over and confirming what a transaction holds takes no longer, ms.
    private static let flushMs: Int32 = 30_000
    private static let metadataMs: Int32 = 5_000

    private let producer: TaskProducer

    /// A writer that has fenced nobody yet.
    /// - Parameters:
    ///   - id: The transactional id, without the deployment's prefix.
    ///   - topics: What it writes, without the prefix; `add` takes an index into them.
    /// - Throws: `KafkaError.Code.configuration`.
    public init(
        id: String, topics: [String], _ configuration: KafkaConfiguration,
        log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        producer = try TaskProducer(id, topics, configuration, log: log)
    }

    /// Aborts what the one before left open, and fences it.
    public func takeOver() throws(LogError) {
        try producer.initTransactions(timeoutMs: Self.metadataMs)
    }

    /// Begins a transaction.
    public func begin() throws(LogError) { try producer.begin() }

    /// Adds a record to the transaction. It may wait for room.
    /// - Parameters:
    ///   - topic: An index into the topics of `init`.
    ///   - value: nil for a tombstone.
    public func add(
        topic: Int, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader] = []
    ) throws(LogError) {
        let outcome = unsafe (key ?? []).withUnsafeBytes { keyBytes in
            unsafe (value ?? []).withUnsafeBytes { valueBytes in
                Result { () throws(LogError) in
                    try unsafe producer.produce(
                        OutgoingRecord(
                            topic: topic, partition: partition, timestampMs: nil,
                            key: key == nil ? nil : keyBytes,
                            value: value == nil ? nil : valueBytes, headers: headers))
                }
            }
        }
        try outcome.get()
    }

    /// Ends the transaction: its records are there for every reader that waits for commits.
    /// - Throws: `abortable`: call `abort`, and nothing of it is there; `fenced`: another has taken
    ///   over, and nothing of it is there.
    public func commit() throws(LogError) {
        try producer.flush(timeoutMs: Self.flushMs)
        try producer.commit()
    }

    /// Takes the transaction back.
    public func abort() throws(LogError) { try producer.abort() }
}
