/// One partition of an in-process broker: records and the markers that end transactions.
struct PartitionLog {
    struct Entry {
        let record: InProcessRecord
        /// The transaction that it belongs to, if any.
        let transaction: Int?
        let isMarker: Bool
    }

    /// The first offset that is still held.
    private(set) var start: Int64 = 0
    /// The high watermark: the offset of the next record.
    private(set) var end: Int64 = 0
    private var entries: [Entry] = []
    private var openSince: [Int: Int64] = [:]
    private var aborted: Set<Int> = []

    /// The last record that was appended, or the last marker.
    var last: InProcessRecord? { entries.last?.record }

    /// The last stable offset: a read_committed reader gets no further.
    var stableEnd: Int64 { openSince.values.min() ?? end }

    mutating func append(
        key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader], timestampMs: Int64,
        transaction: Int?
    ) {
        if let transaction, openSince[transaction] == nil { openSince[transaction] = end }
        let record = InProcessRecord(
            offset: end, key: key, value: value, headers: headers, timestampMs: timestampMs)
        entries.append(Entry(record: record, transaction: transaction, isMarker: false))
        end += 1
    }

    /// Ends a transaction with a marker, which takes an offset as Kafka's do.
    mutating func endTransaction(_ transaction: Int, commit: Bool, timestampMs: Int64) {
        guard openSince.removeValue(forKey: transaction) != nil else { return }
        if !commit { aborted.insert(transaction) }
        let record = InProcessRecord(
            offset: end, key: nil, value: nil, headers: [], timestampMs: timestampMs)
        entries.append(Entry(record: record, transaction: transaction, isMarker: true))
        end += 1
    }

    /// The first committed record at or after `offset`, below the last stable offset.
    func committed(from offset: Int64) -> InProcessRecord? {
        let limit = stableEnd
        var index = self.index(of: offset)
        while index < entries.count, entries[index].record.offset < limit {
            let entry = entries[index]
            if !entry.isMarker, !(entry.transaction.map { aborted.contains($0) } ?? false) {
                return entry.record
            }
            index += 1
        }
        return nil
    }

    /// Every committed record.
    func allCommitted() -> [InProcessRecord] {
        var records: [InProcessRecord] = []
        var offset = start
        while let record = committed(from: offset) {
            records.append(record)
            offset = record.offset + 1
        }
        return records
    }

    /// Keeps of each key the last committed record, as compaction does, and drops what aborted
    /// transactions and markers left. Tombstones stay until `dropTombstones`.
    mutating func compact(dropTombstones: Bool) {
        let limit = stableEnd
        var last: [[UInt8]: Int64] = [:]
        for record in allCommitted() {
            if let key = record.key { last[key] = record.offset }
        }
        entries.removeAll { entry in
            guard entry.record.offset < limit else { return false }
            guard !entry.isMarker, let key = entry.record.key else { return true }
            return last[key] != entry.record.offset
                || (dropTombstones && entry.record.value == nil)
        }
    }

    /// Drops everything below `offset`, as retention does.
    mutating func dropHead(to offset: Int64) {
        start = max(start, min(offset, end))
        let keep = index(of: start)
        entries.removeFirst(keep)
    }

    /// Drops everything from `offset` on, as an unclean election of a leader does.
    mutating func dropTail(from offset: Int64) {
        let keep = index(of: offset)
        entries.removeLast(entries.count - keep)
        end = min(end, max(start, offset))
        openSince = openSince.filter { $0.value < end }
    }

    private func index(of offset: Int64) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].record.offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
