import Contracts
import LogContract
import Streams

/// One pipeline over an in-process broker, a clock that is set by hand, and a record of the calls.
final class PipelineRig {
    typealias Pipeline = TaskPipeline<CountingReducer, InProcessTask>

    let broker = InProcessBroker()
    let calls = Locked<[String]>([])
    var nowMs: Int64 = 1_000
    var settings = PipelineSettings()
    private(set) var events: [PipelineEvent] = []
    private(set) var pipeline: Pipeline
    private let member: InProcessMember
    private let owner = Owner()

    /// Which partitions the group has given.
    private final class Owner: GroupDelegate {
        func assigned(_ partitions: [Int32]) {}
        func revoked(_ partitions: [Int32], lost: Bool) {}
    }

    init(settings: PipelineSettings = PipelineSettings()) throws {
        self.settings = settings
        broker.createTopics(of: CountingReducer.topology)
        member = InProcessMember(
            broker: broker, group: "g", instance: "one", inputs: [CountingReducer.input])
        while member.ownedPartitions.isEmpty { try member.poll(timeoutMs: 0, owner) }
        let log = try member.openTask(
            partition: 0, topics: TaskTopics(CountingReducer.topology))
        // Replaced at once: `self` is not whole before it has a pipeline.
        pipeline = Pipeline(
            CountingReducer(), over: log,
            identity: TaskIdentity(service: "s", group: "g", version: "1"), clock: { 0 })
        try restart()
    }

    /// As after a crash: a new reducer, a new pipeline, a new log of the same task.
    func restart() throws {
        let log = try member.openTask(
            partition: 0, topics: TaskTopics(CountingReducer.topology))
        pipeline = Pipeline(
            CountingReducer(), over: log,
            identity: TaskIdentity(service: "s", group: "g", version: "1"),
            settings: settings, clock: { [unowned self] in nowMs },
            observer: { [unowned self] in events.append($0) })
    }

    /// Records the calls, and lets `fault` throw.
    func watch(
        _ fault: @escaping @Sendable (InProcessCall) throws(LogError) -> Void = {
            (_: InProcessCall) throws(LogError) in
        }
    ) {
        let calls = calls
        broker.setHook { (call: InProcessCall) throws(LogError) in
            if call.moment == .before { calls.withLock { $0.append(call.name) } }
            try fault(call)
        }
    }

    func send(_ values: String..., key: String = "k") throws {
        for value in values {
            try broker.produce(CountingReducer.input, key: key, value, timestampMs: nowMs)
        }
    }

    /// Sends a message as another service does: in a transaction, which leaves a marker.
    func sendInTransaction(_ value: String) throws {
        let topology = Topology(
            service: "other", inputs: [], outputs: [CountingReducer.input], changelog: nil)
        let member = InProcessMember(
            broker: broker, group: "other", instance: "x", inputs: [CountingReducer.input])
        while member.ownedPartitions.isEmpty { try member.poll(timeoutMs: 0, owner) }
        let task = try member.openTask(partition: 0, topics: TaskTopics(topology))
        try task.initTransactions()
        try task.beginTransaction()
        var buffer = OutputBuffer()
        buffer.append(topic: 0, key: Array("k".utf8), value: Array(value.utf8))
        try buffer.withRecord(at: 0) { record throws(LogError) in try task.produce(record) }
        try task.flush()
        try task.sendOffsets([])
        try task.commitTransaction()
    }

    /// Steps until a poll has brought nothing `idle` times in a row, or the pipeline waits.
    func settle(steps: Int = 10_000) throws(TaskFailure) {
        var quiet = 0
        for _ in 0..<steps {
            let before = pipeline.metrics.figures.recordsIn
            let isIdle = pipeline.isIdle
            _ = try pipeline.step()
            quiet =
                isIdle && pipeline.isIdle && pipeline.metrics.figures.recordsIn == before
                ? quiet + 1 : 0
            if quiet > 3 { return }
        }
    }

    var outputs: [String] {
        broker.readAll(CountingReducer.output).map { $0.valueText ?? "" }
    }
    var letters: [InProcessRecord] { broker.readAll(CountingReducer.input + ".dlq") }
    var stored: [InProcessRecord] { broker.readAll(CountingReducer.changelog) }
    var offset: Int64? { broker.committedOffset(group: "g", topic: CountingReducer.input) }
    var transactionRecord: TransactionRecord? {
        stored.last { $0.key == TransactionRecord.key }?.value
            .flatMap { bytes in try? TransactionRecord(binary: bytes) }
    }
}
