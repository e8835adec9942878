/// The state of an in-process broker: topics, transactions and groups.
struct BrokerState {
    struct Transaction {
        let id: Int
        var partitions: Set<PartitionName> = []
        var offsets: [(group: String, topic: String, partition: Int32, next: Int64)] = []
    }

    struct Producer {
        var epoch = 0
        var open: Transaction?
    }

    struct PartitionName: Hashable {
        let topic: String
        let partition: Int32
    }

    var topics: [String: [PartitionLog]] = [:]
    var producers: [String: Producer] = [:]
    var groups: [String: GroupState] = [:]
    var nowMs: Int64 = 0
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

    // MARK: Transactions

    /// Aborts what the owner before left open, and fences it.
    mutating func initProducer(_ id: String) -> Int {
        end(id, commit: false)
        producers[id, default: Producer()].epoch += 1
        return producers[id]?.epoch ?? 0
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

    /// Ends what is open, if anything is: all of it at once.
    mutating func end(_ id: String, commit: Bool) {
        guard let open = producers[id]?.open else { return }
        producers[id]?.open = nil
        for name in open.partitions {
            topics[name.topic]?[Int(name.partition)].endTransaction(
                open.id, commit: commit, timestampMs: nowMs)
        }
        guard commit else { return }
        for (group, topic, partition, next) in open.offsets {
            groups[group, default: GroupState()].offsets[topic, default: [:]][partition] = next
        }
    }
}
