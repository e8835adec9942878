internal import Contracts

/// The log of one task on an in-process broker.
///
/// What is produced stays with the task until it is flushed, as it may on Kafka.
public final class InProcessTask: TaskLog {
    /// The partition number that the task owns.
    public let partition: Int32

    struct Pending {
        let topic: String
        let partition: Int32?
        let key: [UInt8]?
        let value: [UInt8]?
        let headers: [RecordHeader]
        let timestampMs: Int64?
    }

    /// Records that one call of `restore` reads at most.
    package var restoreChunk = 1_000
    /// The input that the next poll looks at first.
    package var nextInput = 0
    /// The transactional id.
    package let transactionalID: String

    let broker: InProcessBroker
    private let group: String
    private let instance: String
    private let membership: InProcessMembership
    private let topics: TaskTopics
    private var epoch = 0
    private var nextOffsets: [Int64] = []
    private var paused: [Bool]
    private var restorePosition: Int64?
    private var pending: [Pending] = []
    // How the transaction has ended, until the next begins: who lost the answer may ask again.
    private var ending: Ending?

    private enum Ending { case commit, abort }

    init(
        broker: InProcessBroker, group: String, instance: String,
        membership: InProcessMembership, partition: Int32, topics: TaskTopics
    ) {
        self.broker = broker
        self.group = group
        self.instance = instance
        self.membership = membership
        self.partition = partition
        self.topics = topics
        transactionalID =
            broker.plantedBug == .idOfProcess
            ? "\(group)-\(instance)-\(partition)" : "\(group)-\(partition)"
        paused = topics.inputs.map { _ in false }
    }

    /// Takes the transactional id.
    public func initTransactions() throws(LogError) {
        try call("initTransactions") { state throws(LogError) in
            epoch = state.initProducer(transactionalID)
            try state.checkMarkers(transactionalID)
        }
        broker.wakeup.notify()
    }

    /// The group's committed offset of each input.
    public func committedOffsets() throws(LogError) -> [Int64?] {
        try call("committedOffsets") { state throws(LogError) in
            try state.checkOffsets(group, partition)
            return topics.inputs.map { state.groups[group]?.offsets[$0]?[partition] }
        }
    }

    /// The first offset that each input still holds.
    public func inputStarts() throws(LogError) -> [Int64] {
        try call("inputStarts") { state throws(LogError) in
            var starts: [Int64] = []
            for input in topics.inputs { starts.append(try state.log(input, partition).start) }
            return starts
        }
    }

    /// The first offset that the changelog's partition still holds.
    public func changelogStart() throws(LogError) -> Int64 {
        try call("changelogStart") { state throws(LogError) in
            try topics.changelog.map { name throws(LogError) in try state.log(name, partition) }?
                .start ?? 0
        }
    }

    /// The high watermark of the changelog's partition.
    public func changelogEnd() throws(LogError) -> Int64 {
        try call("changelogEnd") { state throws(LogError) in
            guard let changelog = topics.changelog else { return 0 }
            let log = try state.log(changelog, partition)
            return broker.plantedBug == .restoreToStableEnd ? log.stableEnd : log.end
        }
    }

    /// Reads committed records of the changelog.
    public func restore(
        to end: Int64, timeoutMs: Int32, _ body: ChangelogBody
    ) throws(LogError) -> RestoreProgress {
        guard let changelog = topics.changelog else { return .done }
        let seen = broker.wakeup.seen
        let progress = try call("restore") { state throws(LogError) -> RestoreProgress in
            let log = try state.log(changelog, partition)
            var position = restorePosition ?? log.start
            defer { restorePosition = position }
            for count in 0... {
                guard let record = log.committed(from: position) else {
                    // Nothing more below the last stable offset: what is left there is markers.
                    let isMoved = log.stableEnd > position
                    position = max(position, log.stableEnd)
                    if position >= end { return .done }
                    return count > 0 || isMoved
                        ? .progressed(position: position) : .waiting(position: position)
                }
                guard count < restoreChunk else { break }
                body(record.offset, record.key, record.value)
                position = record.offset + 1
            }
            return position >= end ? .done : .progressed(position: position)
        }
        if case .waiting = progress, broker.blocks {
            broker.wakeup.wait(since: seen, timeoutMs: Int64(timeoutMs))
        }
        return progress
    }

    /// The producers with an open transaction on the changelog's partition.
    public func openTransaction() -> String {
        guard let changelog = topics.changelog else { return "no changelog" }
        let owners = broker.state.withLock { $0.producers(writing: changelog, partition) }
        return owners.isEmpty ? "no producer has one open" : owners.joined(separator: ", ")
    }

    /// Begins to read the inputs.
    public func startConsuming(at offsets: [Int64]) throws(LogError) {
        try call("startConsuming") { _ throws(LogError) in nextOffsets = offsets }
    }

    /// The next record of the inputs in turn.
    public func poll(
        timeoutMs: Int32, _ body: (borrowing InputRecord) -> Void
    ) throws(LogError) -> Bool {
        let seen = broker.wakeup.seen
        if try pollOnce(body) { return true }
        guard broker.blocks, timeoutMs > 0 else { return false }
        guard broker.wakeup.wait(since: seen, timeoutMs: Int64(timeoutMs)) else { return false }
        return try pollOnce(body)
    }

    private func pollOnce(_ body: (borrowing InputRecord) -> Void) throws(LogError) -> Bool {
        let next = try call("poll") { state throws(LogError) -> (Int, InProcessRecord)? in
            for turn in topics.inputs.indices {
                let input = (nextInput + turn) % topics.inputs.count
                guard !paused[input] else { continue }
                let log = try state.log(topics.inputs[input], partition)
                guard nextOffsets[input] >= log.start, nextOffsets[input] <= log.end else {
                    throw LogError(
                        .fatal, code: "OFFSET_OUT_OF_RANGE",
                        "\(topics.inputs[input]) does not hold \(nextOffsets[input])")
                }
                guard let record = log.committed(from: nextOffsets[input]) else { continue }
                nextInput = input + 1
                nextOffsets[input] = record.offset + 1
                return (input, record)
            }
            return nil
        }
        guard let (input, record) = next else { return false }
        InputRecord.with(
            input: input, partition: partition, offset: record.offset,
            timestampMs: record.timestampMs, key: record.key, value: record.value,
            headers: RecordHeaders(record.headers), body)
        return true
    }

    /// Holds an input back, or lets it go on.
    public func setPaused(_ paused: Bool, input: Int) throws(LogError) {
        try call("setPaused") { _ throws(LogError) in self.paused[input] = paused }
    }

    /// Begins a transaction.
    public func beginTransaction() throws(LogError) {
        try call("beginTransaction") { state throws(LogError) in
            try state.check(transactionalID, epoch: epoch)
            try state.begin(transactionalID)
            ending = nil
        }
    }

    /// Hands over a record; the broker gets it with `flush`.
    public func produce(_ record: borrowing OutgoingRecord) throws(LogError) {
        let copy = Pending(
            topic: topics.written[record.topic], partition: record.partition,
            key: record.copyKey(), value: record.copyValue(), headers: record.headers,
            timestampMs: record.timestampMs)
        try call("produce") { state throws(LogError) in
            _ = try state.openTransaction(transactionalID)
            pending.append(copy)
        }
    }

    /// Sends what was handed over to the broker.
    public func flush() throws(LogError) {
        try call("flush") { state throws(LogError) in try send(&state) }
    }

    /// Sends the first `count` records that wait, as the library does before anybody flushes: a
    /// crash then leaves a part of the transaction on the broker, and loses the rest.
    package func deliver(_ count: Int) {
        guard count > 0, !pending.isEmpty else { return }
        broker.state.withLock { state in
            // Whoever is fenced learns of it by the next call that answers.
            guard (try? state.check(transactionalID, epoch: epoch)) != nil else { return }
            for _ in 0..<min(count, pending.count) {
                guard (try? state.append(pending[0], for: transactionalID)) != nil else { return }
                pending.removeFirst()
            }
        }
    }

    /// Whether nobody else has taken the transactional id since.
    package var isOwner: Bool {
        broker.state.withLock { $0.producers[transactionalID]?.epoch == epoch }
    }

    /// How many records were handed over and not sent.
    package var pendingCount: Int { pending.count }

    /// Puts the offsets into the transaction.
    public func sendOffsets(_ offsets: [Int64]) throws(LogError) {
        let place = membership.current
        try call("sendOffsets") { state throws(LogError) in
            try state.check(transactionalID, epoch: epoch)
            try state.checkMarkers(transactionalID)
            var open = try state.openTransaction(transactionalID)
            try state.groups[group, default: GroupState()].check(
                instance, incarnation: place.incarnation, generation: place.generation)
            open.offsets = zip(topics.inputs, offsets).map {
                BrokerState.GroupOffset(group: group, topic: $0, partition: partition, next: $1)
            }
            state.producers[transactionalID]?.open = open
            if broker.plantedBug == .offsetsOutside { open.offsets.forEach { state.commit($0) } }
        }
    }

    /// Commits.
    public func commitTransaction() throws(LogError) {
        try call("commitTransaction") { state throws(LogError) in
            try state.check(transactionalID, epoch: epoch)
            guard ending != .commit else { return }
            try send(&state)
            state.end(transactionalID, commit: true)
            ending = .commit
        }
        broker.wakeup.notify()
    }

    /// Aborts.
    public func abortTransaction() throws(LogError) {
        try call("abortTransaction") { state throws(LogError) in
            pending.removeAll()
            try state.check(transactionalID, epoch: epoch)
            guard ending != .abort else { return }
            guard ending == nil else {
                throw LogError(
                    .fatal, code: "INVALID_TXN_STATE", "\(transactionalID) has committed")
            }
            state.end(transactionalID, commit: false)
            ending = .abort
        }
        broker.wakeup.notify()
    }

    /// Goes back.
    public func seek(to offsets: [Int64]) throws(LogError) {
        try call("seek") { _ throws(LogError) in nextOffsets = offsets }
    }

    /// For each input the next offset that may hold a record.
    public func positions() -> [Int64] {
        broker.state.withLock { state in
            zip(topics.inputs, nextOffsets).map { topic, next in
                guard let log = try? state.log(topic, partition) else { return next }
                return log.committed(from: next) == nil ? max(next, log.stableEnd) : next
            }
        }
    }

    /// For each input the records that wait.
    public func lag() -> [Int64] {
        broker.state.withLock { state in
            topics.inputs.enumerated().map { index, topic in
                guard nextOffsets.indices.contains(index),
                    let log = try? state.log(topic, partition)
                else { return 0 }
                return max(0, log.stableEnd - nextOffsets[index])
            }
        }
    }

    /// Forgets what was not sent. What is open stays open.
    public func close() { pending.removeAll() }

    private func send(_ state: inout BrokerState) throws(LogError) {
        try state.check(transactionalID, epoch: epoch)
        _ = try state.openTransaction(transactionalID)
        for record in pending { try state.append(record, for: transactionalID) }
        pending.removeAll()
    }

    private func call<Result: Sendable>(
        _ name: String, _ body: (inout BrokerState) throws(LogError) -> Result
    ) throws(LogError) -> Result {
        try broker.visit(at(name, .before))
        let result = try broker.state.withLock { state throws(LogError) in try body(&state) }
        try broker.visit(at(name, .after))
        return result
    }

    private func at(_ name: String, _ moment: InProcessCall.Moment) -> InProcessCall {
        InProcessCall(name: name, partition: partition, instance: instance, moment: moment)
    }
}
