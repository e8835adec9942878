internal import Contracts

/// A transactional log inside the process, with Kafka's rules: partitions, transactions that are
/// seen as a whole or never, fencing by transactional id, consumer groups with generations and
/// static members, offsets in transactions, compaction.
///
/// It has no thread and no time of its own, and does the same for the same calls in the same
/// order. Calls may come from several threads. Where `blocks` is true a poll really waits for its
/// time-out, for use with real threads; else it returns at once, for tests and simulation.
public final class InProcessBroker: Sendable {
    /// A hook: told of each call of a task before and after its effect; what it throws the call
    /// throws. A fatal error that is thrown after `commitTransaction` is a commit that succeeded
    /// without its owner's knowledge.
    public typealias Hook = @Sendable (InProcessCall) throws(LogError) -> Void

    /// A function that is itself the value behind a lock is wrapped once more with each look at it,
    /// for it is stored as a value of any type: the stack overflows in the end.
    private struct Watch {
        let hook: Hook
    }

    let state = Locked(BrokerState())
    let wakeup = Wakeup()
    let blocks: Bool
    private let watch = Locked<Watch?>(nil)
    /// A mistake to make, for tests of tests.
    let plantedBug: PlantedBug?

    /// A broker without topics.
    public convenience init(blocks: Bool = false) {
        self.init(blocks: blocks, delaysMarkers: false, keepsJournal: false, plantedBug: nil)
    }

    /// A broker without topics.
    /// - Parameters:
    ///   - delaysMarkers: the places that a transaction has touched learn of its end one by one, by
    ///     `writeMarker`, as on Kafka; else all at once.
    ///   - keepsJournal: what is committed is kept for `takeCommitted`.
    package init(
        blocks: Bool, delaysMarkers: Bool, keepsJournal: Bool, plantedBug: PlantedBug?
    ) {
        self.blocks = blocks
        self.plantedBug = plantedBug
        state.withLock { state in
            state.delaysMarkers = delaysMarkers
            state.journal = keepsJournal ? [] : nil
        }
    }

    // MARK: Topics

    /// Creates a topic. One that exists is left as it is.
    public func createTopic(_ name: String, partitions: Int = 1) {
        state.withLock { state in
            if state.topics[name] == nil {
                state.topics[name] = (0..<max(1, partitions)).map { _ in PartitionLog() }
            }
        }
    }

    /// Creates every topic that a service of `topology` reads or writes, dead letters included,
    /// each of as many partitions.
    public func createTopics(of topology: Topology, partitions: Int = 1) {
        let topics = TaskTopics(topology)
        for name in topics.inputs + topics.written { createTopic(name, partitions: partitions) }
    }

    /// The time that records get which come without a timestamp, Unix ms.
    public func setTime(_ nowMs: Int64) { state.withLock { $0.nowMs = nowMs } }

    /// Appends a record outside any transaction. A nil `partition` leaves it to the key.
    public func produce(
        _ topic: String, partition: Int32? = nil, key: [UInt8]?, value: [UInt8]?,
        headers: [RecordHeader] = [], timestampMs: Int64? = nil
    ) throws(LogError) {
        _ = try state.withLock { state throws(LogError) in
            try state.append(
                topic, partition: partition, key: key, value: value, headers: headers,
                timestampMs: timestampMs)
        }
        wakeup.notify()
    }

    /// Appends a record of text.
    public func produce(
        _ topic: String, partition: Int32? = nil, key: String, _ value: String,
        timestampMs: Int64? = nil
    ) throws(LogError) {
        try produce(
            topic, partition: partition, key: Array(key.utf8), value: Array(value.utf8),
            timestampMs: timestampMs)
    }

    /// What a read_committed reader sees of a partition, from the start to the last stable offset.
    public func read(_ topic: String, partition: Int32 = 0) throws(LogError) -> [InProcessRecord] {
        try state.withLock { state throws(LogError) in
            try state.log(topic, partition).allCommitted()
        }
    }

    /// What a read_committed reader sees of all partitions, one after the other.
    public func readAll(_ topic: String) -> [InProcessRecord] {
        state.withLock { $0.topics[topic, default: []].flatMap { $0.allCommitted() } }
    }

    /// First offset, last stable offset and high watermark of a partition.
    public func offsets(
        _ topic: String, partition: Int32 = 0
    ) throws(LogError) -> (start: Int64, stableEnd: Int64, end: Int64) {
        try state.withLock { state throws(LogError) in
            let log = try state.log(topic, partition)
            return (log.start, log.stableEnd, log.end)
        }
    }

    /// Compacts every partition of a topic.
    public func compact(_ topic: String, dropTombstones: Bool = false) {
        update(topic) { $0.compact(dropTombstones: dropTombstones) }
    }

    /// Drops what lies before `offset`, as retention does.
    public func dropHead(_ topic: String, partition: Int32 = 0, to offset: Int64) {
        update(topic, partition) { $0.dropHead(to: offset) }
    }

    /// Drops what lies at `offset` and behind, as an unclean election of a leader does.
    public func dropTail(_ topic: String, partition: Int32 = 0, from offset: Int64) {
        update(topic, partition) { $0.dropTail(from: offset) }
    }

    private func update(
        _ topic: String, _ partition: Int32? = nil, _ body: (inout PartitionLog) -> Void
    ) {
        state.withLock { state in
            for index in state.topics[topic, default: []].indices
            where partition.map({ Int($0) == index }) ?? true {
                state.topics[topic]?[index].withSelf(body)
            }
        }
    }

    // MARK: Groups and transactions

    /// The committed offset of a group; nil where there is none.
    public func committedOffset(group: String, topic: String, partition: Int32 = 0) -> Int64? {
        state.withLock { $0.groups[group]?.offsets[topic]?[partition] }
    }

    /// Sets, or removes, the committed offset of a group.
    public func setCommittedOffset(
        _ offset: Int64?, group: String, topic: String, partition: Int32 = 0
    ) {
        state.withLock { state in
            var members = state.groups[group, default: GroupState()]
            members.offsets[topic, default: [:]][partition] = offset
            state.groups[group] = members
        }
    }

    /// The session of a member ends: the group puts it out.
    public func expire(group: String, instance: String, inputs: [String]) {
        state.withLock { state in
            let partitions = state.partitionCount(inputs)
            state.groups[group]?.remove(instance, partitions: partitions)
        }
        wakeup.notify()
    }

    /// The time of a transaction ends: the broker aborts it and fences its owner.
    public func expireTransaction(_ transactionalID: String) {
        state.withLock { _ = $0.initProducer(transactionalID) }
        wakeup.notify()
    }

    /// Whether the broker knows of a transaction of this id that is open.
    package func hasOpenTransaction(_ transactionalID: String) -> Bool {
        state.withLock { state in
            guard let open = state.producers[transactionalID]?.open else { return false }
            return !open.partitions.isEmpty || !open.offsets.isEmpty
        }
    }

    /// How many markers of decided transactions wait to be written.
    package var markerCount: Int { state.withLock { $0.markerCount } }

    /// Writes one of the markers that wait.
    package func writeMarker(_ number: Int) {
        state.withLock { $0.writeMarker(number) }
        wakeup.notify()
    }

    /// What was committed since the last call.
    package func takeCommitted() -> [CommittedTransaction] {
        state.withLock { state in
            guard let journal = state.journal, !journal.isEmpty else { return [] }
            state.journal = []
            return journal
        }
    }

    /// Lends `body` the first committed record at or after `offset`.
    package func record(
        _ topic: String, partition: Int32, from offset: Int64
    ) -> InProcessRecord? {
        state.withLock { state in
            (try? state.log(topic, partition))?.committed(from: offset)
        }
    }

    // MARK: Faults

    /// Sets the hook, or removes it.
    public func setHook(_ hook: Hook?) { watch.withLock { $0 = hook.map(Watch.init) } }

    func visit(_ call: InProcessCall) throws(LogError) {
        guard let watch = watch.withLock({ $0 }) else { return }
        try watch.hook(call)
    }
}

extension PartitionLog {
    mutating func withSelf(_ body: (inout PartitionLog) -> Void) { body(&self) }
}
