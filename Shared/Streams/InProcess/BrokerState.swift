/// The state of an in-process broker: topics, transactions and groups.
struct BrokerState {
    struct Transaction {
        let id: Int
        var partitions: [PartitionName] = []
        var offsets: [GroupOffset] = []
        var entries: [CommittedTransaction.Entry] = []
    }

    struct Producer {
        var epoch = 0
        var open: Transaction?
        /// What of the transaction before is decided and not yet everywhere.
        var markers: [TransactionMarker] = []
    }

    struct PartitionName: Hashable {
        let topic: String
        let partition: Int32
    }

    struct GroupOffset {
        let group: String
        let topic: String
        let partition: Int32
        let next: Int64
    }

    var topics: [String: [PartitionLog]] = [:]
    var producers: [String: Producer] = [:]
    var groups: [String: GroupState] = [:]
    var nowMs: Int64 = 0
    /// Whether markers wait until they are told to be written.
    var delaysMarkers = false
    /// What was committed, if it is to be kept.
    var journal: [CommittedTransaction]?
    /// Transactional ids with markers that wait, in the order in which they began to.
    private(set) var markedIDs: [String] = []
    private var transactions = 0

    // MARK: Topics

    func log(_ topic: String, _ partition: Int32) throws(LogError) -> PartitionLog {
        guard let logs = topics[topic], logs.indices.contains(Int(partition)) else {
            throw LogError(
                .fatal, code: "UNKNOWN_TOPIC_OR_PART", "\(topic) has no partition \(partition)")
        }
        return logs[Int(partition)]
    }

    func partitionCount(_ inputs: [String]) -> Int32 {
        Int32(inputs.compactMap { topics[$0]?.count }.max() ?? 0)
    }

    mutating func append(
        _ topic: String, partition: Int32?, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader], timestampMs: Int64?, transaction: Int? = nil
    ) throws(LogError) -> PartitionName {
        let count = topics[topic]?.count ?? 0
        let chosen = partition ?? Murmur2.partition(key: key ?? [], count: count)
        _ = try log(topic, chosen)
        topics[topic]?[Int(chosen)].append(
            key: key, value: value, headers: headers, timestampMs: timestampMs ?? nowMs,
            transaction: transaction)
        return PartitionName(topic: topic, partition: chosen)
    }

    /// Appends a record of the open transaction of `id`.
    mutating func append(_ record: InProcessTask.Pending, for id: String) throws(LogError) {
        try checkMarkers(id)
        let open = try openTransaction(id)
        let name = try append(
            record.topic, partition: record.partition, key: record.key, value: record.value,
            headers: record.headers, timestampMs: record.timestampMs, transaction: open.id)
        if !open.partitions.contains(name) { producers[id]?.open?.partitions.append(name) }
        guard journal != nil, let last = topics[name.topic]?[Int(name.partition)].last else {
            return
        }
        producers[id]?.open?.entries.append(
            CommittedTransaction.Entry(
                topic: name.topic, partition: name.partition, record: last))
    }

    // MARK: Transactions

    /// Aborts what the owner before left open, and fences it.
    mutating func initProducer(_ id: String) -> Int {
        end(id, commit: false)
        producers[id, default: Producer()].epoch += 1
        return producers[id]?.epoch ?? 0
    }

    /// A transaction ends before the next one of its id gets anywhere.
    func checkMarkers(_ id: String) throws(LogError) {
        guard producers[id]?.markers.isEmpty ?? true else {
            throw LogError(
                .retriable, code: "CONCURRENT_TRANSACTIONS", "the one before has not ended yet")
        }
    }

    /// Offsets of an ending transaction are not to be read before it has ended.
    func checkOffsets(_ group: String, _ partition: Int32) throws(LogError) {
        for id in markedIDs {
            for marker in producers[id]?.markers ?? [] {
                guard case .offsets(let offsets) = marker.place,
                    offsets.contains(where: { $0.group == group && $0.partition == partition })
                else { continue }
                throw LogError(
                    .retriable, code: "UNSTABLE_OFFSET_COMMIT", "a transaction is ending")
            }
        }
    }

    func check(_ id: String, epoch: Int) throws(LogError) {
        guard producers[id]?.epoch == epoch else {
            throw LogError(.fenced, code: "_FENCED", "\(id) has a newer owner")
        }
    }

    mutating func begin(_ id: String) throws(LogError) {
        guard producers[id]?.open == nil else {
            throw LogError(.fatal, code: "INVALID_TXN_STATE", "\(id) has a transaction open")
        }
        transactions += 1
        producers[id]?.open = Transaction(id: transactions)
    }

    func openTransaction(_ id: String) throws(LogError) -> Transaction {
        guard let open = producers[id]?.open else {
            throw LogError(.fatal, code: "INVALID_TXN_STATE", "\(id) has no transaction open")
        }
        return open
    }

    /// Who has a transaction open that has written a partition.
    func producers(writing topic: String, _ partition: Int32) -> [String] {
        let name = PartitionName(topic: topic, partition: partition)
        return producers.filter { $0.value.open?.partitions.contains(name) ?? false }
            .map { "producer '\($0.key)', epoch \($0.value.epoch)" }.sorted()
    }

    /// Ends what is open, if anything is: all of it at once, unless markers are delayed.
    mutating func end(_ id: String, commit: Bool) {
        guard let open = producers[id]?.open else { return }
        producers[id]?.open = nil
        if commit {
            journal?.append(
                CommittedTransaction(
                    number: open.id, transactionalID: id, entries: open.entries,
                    offsets: Dictionary(
                        open.offsets.map { ($0.topic, $0.next) }, uniquingKeysWith: { $1 })))
        }
        var markers = open.partitions.map {
            TransactionMarker(transaction: open.id, isCommit: commit, place: .partition($0))
        }
        if !open.offsets.isEmpty {
            markers.append(
                TransactionMarker(
                    transaction: open.id, isCommit: commit, place: .offsets(open.offsets)))
        }
        guard delaysMarkers else { return markers.forEach { write($0) } }
        guard !markers.isEmpty else { return }
        producers[id]?.markers = markers
        markedIDs.append(id)
    }

    /// Writes one of the markers that wait.
    mutating func writeMarker(_ number: Int) {
        var number = number
        for (index, id) in markedIDs.enumerated() {
            let count = producers[id]?.markers.count ?? 0
            guard number >= count else {
                guard let marker = producers[id]?.markers.remove(at: number) else { return }
                if count == 1 { markedIDs.remove(at: index) }
                return write(marker)
            }
            number -= count
        }
    }

    /// How many markers wait.
    var markerCount: Int { markedIDs.reduce(0) { $0 + (producers[$1]?.markers.count ?? 0) } }

    private mutating func write(_ marker: TransactionMarker) {
        switch marker.place {
        case .partition(let name):
            topics[name.topic]?[Int(name.partition)].endTransaction(
                marker.transaction, commit: marker.isCommit, timestampMs: nowMs)
        case .offsets(let offsets):
            guard marker.isCommit else { return }
            for offset in offsets { commit(offset) }
        }
    }

    /// Makes an offset the committed one.
    mutating func commit(_ offset: GroupOffset) {
        groups[offset.group, default: GroupState()]
            .offsets[offset.topic, default: [:]][offset.partition] = offset.next
    }
}
