internal import Contracts

/// What a reducer has said and the pipeline has not yet produced. One arena of bytes that is
/// reused, so that saying something allocates nothing once the arena has grown.
public struct OutputBuffer: ~Copyable {
    // Plain numbers, so that to add, to read and to drop one counts no references.
    private struct Entry {
        let topic: Int
        let partition: Int32?
        let timestampMs: Int64?
        let key: Range<Int>?
        let value: Range<Int>?
        /// The index of the record's headers, if it has any.
        let headers: Int?
    }

    /// A place in the buffer, to which it can be cut back.
    public struct Mark: Sendable {
        fileprivate let entries: Int
        fileprivate let headers: Int
        fileprivate let bytes: Int
    }

    private var entries: [Entry] = []
    private var headers: [[RecordHeader]] = []
    private var arena = ByteBuffer()

    /// An empty buffer.
    public init() {}

    /// How many records wait.
    public var count: Int { entries.count }

    /// Where the buffer ends now.
    public var mark: Mark {
        Mark(entries: entries.count, headers: headers.count, bytes: arena.count)
    }

    /// Drops what came after `mark`.
    public mutating func cut(to mark: Mark) {
        entries.removeSubrange(mark.entries...)
        headers.removeSubrange(mark.headers...)
        arena.cut(to: mark.bytes)
    }

    /// Drops everything and keeps the memory.
    public mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
        if !headers.isEmpty { headers.removeAll(keepingCapacity: true) }
        arena.cut(to: 0)
    }

    /// Adds a record. `topic` is an index that the producer of the buffer understands; a nil
    /// `partition` leaves it to the key's hash; a nil value is a tombstone.
    @unsafe public mutating func append(
        topic: Int, partition: Int32?, timestampMs: Int64?, key: UnsafeRawBufferPointer?,
        value: UnsafeRawBufferPointer?, headers: [RecordHeader]
    ) {
        let keyRange = unsafe store(key)
        let valueRange = unsafe store(value)
        append(topic, partition, timestampMs, keyRange, valueRange, headers)
    }

    /// Adds a record of arrays.
    public mutating func append(
        topic: Int, partition: Int32? = nil, timestampMs: Int64? = nil, key: [UInt8]?,
        value: [UInt8]?, headers: [RecordHeader] = []
    ) {
        let keyRange = store(key)
        let valueRange = store(value)
        append(topic, partition, timestampMs, keyRange, valueRange, headers)
    }

    /// Adds a record of a changelog: the id of the table is the first byte of the key.
    package mutating func append(
        topic: Int, partition: Int32, table: UInt8, key: RawSpan, value: RawSpan?
    ) {
        let start = arena.count
        arena.append(table)
        unsafe key.withUnsafeBytes { unsafe arena.append($0) }
        let keyRange = start..<arena.count
        guard let value else { return append(topic, partition, nil, keyRange, nil, []) }
        unsafe value.withUnsafeBytes { unsafe arena.append($0) }
        append(topic, partition, nil, keyRange, keyRange.upperBound..<arena.count, [])
    }

    private mutating func append(
        _ topic: Int, _ partition: Int32?, _ timestampMs: Int64?, _ key: Range<Int>?,
        _ value: Range<Int>?, _ headers: [RecordHeader]
    ) {
        if !headers.isEmpty { self.headers.append(headers) }
        entries.append(
            Entry(
                topic: topic, partition: partition, timestampMs: timestampMs, key: key,
                value: value, headers: headers.isEmpty ? nil : self.headers.count - 1))
    }

    /// The size of the key and the value at `index`.
    package func byteCount(at index: Int) -> Int {
        (entries[index].key?.count ?? 0) + (entries[index].value?.count ?? 0)
    }

    /// About what the record at `index` takes of memory: its bytes, and those of its headers, each
    /// of which is an allocation or two.
    package func heldByteCount(at index: Int) -> Int {
        let held = byteCount(at: index)
        guard let own = entries[index].headers else { return held }
        return headers[own].reduce(held) {
            $0 + Self.headerOverheadBytes + $1.name.utf8.count + ($1.value?.count ?? 0)
        }
    }

    private static let headerOverheadBytes = 128

    /// The size of the largest key and value since `mark`.
    package func largestByteCount(since mark: Mark) -> Int {
        var largest = 0
        for index in mark.entries..<entries.count { largest = max(largest, byteCount(at: index)) }
        return largest
    }

    /// Lends each record to `body`, in order.
    public func forEach<E: Error>(_ body: (borrowing OutgoingRecord) throws(E) -> Void) throws(E) {
        for index in entries.indices { try withRecord(at: index, body) }
    }

    /// Lends the record at `index` to `body`.
    public func withRecord<R, E: Error>(
        at index: Int, _ body: (borrowing OutgoingRecord) throws(E) -> R
    ) throws(E) -> R {
        let entry = entries[index]
        return try unsafe arena.withUnsafeBytes { bytes throws(E) in
            let record = unsafe OutgoingRecord(
                topic: entry.topic, partition: entry.partition, timestampMs: entry.timestampMs,
                key: entry.key.map { unsafe UnsafeRawBufferPointer(rebasing: bytes[$0]) },
                value: entry.value.map { unsafe UnsafeRawBufferPointer(rebasing: bytes[$0]) },
                headers: entry.headers.map { headers[$0] } ?? [])
            return try body(record)
        }
    }

    private mutating func store(_ bytes: UnsafeRawBufferPointer?) -> Range<Int>? {
        guard let bytes = unsafe bytes else { return nil }
        let start = arena.count
        unsafe arena.append(bytes)
        return start..<arena.count
    }

    private mutating func store(_ bytes: [UInt8]?) -> Range<Int>? {
        guard let bytes else { return nil }
        let start = arena.count
        arena.append(contentsOf: bytes)
        return start..<arena.count
    }
}
