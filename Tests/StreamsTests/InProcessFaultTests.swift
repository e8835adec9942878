import LogContract
import Streams
import Testing

/// What only a log in the process can be told to do, as Kafka does it by itself.
struct InProcessFaultTests {
    private static let topology = CountingReducer.topology
    private static let topics = TaskTopics(topology)
    private static let changelog = topics.changelogIndex ?? 0

    private final class Nobody: GroupDelegate {
        func assigned(_ partitions: [Int32]) {}
        func revoked(_ partitions: [Int32], lost: Bool) {}
    }

    /// A broker with delayed markers, and a member that owns its partitions.
    private struct Rig {
        let broker: InProcessBroker
        let member: InProcessMember

        init(partitions: Int = 1, plantedBug: PlantedBug? = nil) throws {
            broker = InProcessBroker(
                blocks: false, delaysMarkers: true, keepsJournal: true, plantedBug: plantedBug)
            broker.createTopics(of: topology, partitions: partitions)
            member = InProcessMember(
                broker: broker, group: "g", instance: "one", inputs: topology.inputs)
            while member.ownedPartitions.isEmpty { try member.poll(timeoutMs: 0, Nobody()) }
        }

        func task() throws -> InProcessTask { try member.openTask(partition: 0, topics: topics) }

        func values(_ topic: String, partition: Int32 = 0) throws -> [String?] {
            try broker.read(topic, partition: partition).map(\.valueText)
        }
    }

    private func produce(
        _ task: InProcessTask, _ value: String, topic: Int = 0, partition: Int32 = 0
    ) throws {
        var buffer = OutputBuffer()
        buffer.append(
            topic: topic, partition: partition, key: Array("k".utf8), value: Array(value.utf8))
        try buffer.withRecord(at: 0) { record throws(LogError) in try task.produce(record) }
    }

    @Test func `what reached the broker before a crash is aborted, the rest is lost`() throws {
        let rig = try Rig()
        let dead = try rig.task()
        try dead.initTransactions()
        try dead.beginTransaction()
        for value in ["a", "b", "c"] { try produce(dead, value) }
        dead.deliver(2)
        #expect(dead.pendingCount == 1)
        dead.close()
        #expect(try rig.broker.offsets(CountingReducer.output).end == 2)
        let next = try rig.task()
        let error = #expect(throws: LogError.self) { try next.initTransactions() }
        #expect(error?.kind == .retriable)
        #expect(rig.broker.markerCount == 1)
        rig.broker.writeMarker(0)
        try next.initTransactions()
        #expect(try rig.values(CountingReducer.output) == [])
        #expect(try rig.broker.offsets(CountingReducer.output).stableEnd == 3)
    }

    @Test func `a decided transaction reaches its places one by one`() throws {
        let rig = try Rig(partitions: 2)
        let task = try rig.task()
        try task.initTransactions()
        try task.beginTransaction()
        try produce(task, "a", partition: 0)
        try produce(task, "b", partition: 1)
        try task.flush()
        try task.sendOffsets([7])
        try task.commitTransaction()
        #expect(rig.broker.takeCommitted().map(\.entries.count) == [2])
        #expect(rig.broker.markerCount == 3)
        // The second partition first.
        rig.broker.writeMarker(1)
        #expect(try rig.values(CountingReducer.output, partition: 0) == [])
        #expect(try rig.values(CountingReducer.output, partition: 1) == ["b"])
        // Neither offsets nor the next transaction get past it.
        let reading = #expect(throws: LogError.self) { try task.committedOffsets() }
        #expect(reading?.kind == .retriable)
        try task.beginTransaction()
        try produce(task, "c")
        let flushing = #expect(throws: LogError.self) { try task.flush() }
        #expect(flushing?.kind == .retriable)
        rig.broker.writeMarker(0)
        rig.broker.writeMarker(0)
        #expect(try task.committedOffsets() == [7])
        try task.flush()
        #expect(try rig.values(CountingReducer.output, partition: 0) == ["a"])
    }

    @Test func `a commit whose answer was lost is answered when asked again`() throws {
        let rig = try Rig()
        let task = try rig.task()
        try task.initTransactions()
        try task.beginTransaction()
        try produce(task, "a")
        try task.sendOffsets([1])
        try task.commitTransaction()
        try task.commitTransaction()
        #expect(rig.broker.takeCommitted().count == 1)
        let error = #expect(throws: LogError.self) { try task.abortTransaction() }
        #expect(error?.kind == .fatal)
    }

    @Test func `mistakes are made only when told`() throws {
        for bug in [nil, PlantedBug.restoreToStableEnd] {
            let rig = try Rig(plantedBug: bug)
            let task = try rig.task()
            try task.initTransactions()
            try task.beginTransaction()
            try produce(task, "a", topic: Self.changelog)
            try task.flush()
            #expect(try task.changelogEnd() == (bug == nil ? 1 : 0))
        }
    }

    @Test(arguments: LogContractCase.allCases)
    func `a log with delayed markers keeps the contract of logs`(contract: LogContractCase) throws {
        try contract.run { DelayedEnvironment(topology: $0, partitions: $1) }
    }
}

/// The in-process log whose transactions reach their places late: a marker is written now and then,
/// as calls are made.
final class DelayedEnvironment: LogContractEnvironment {
    private let inner: InProcessEnvironment

    init(topology: Topology, partitions: Int) {
        let broker = InProcessBroker(
            blocks: false, delaysMarkers: true, keepsJournal: false, plantedBug: nil)
        inner = InProcessEnvironment(topology: topology, partitions: partitions, broker: broker)
        broker.setHook { [weak broker] (call: InProcessCall) throws(LogError) in
            if call.moment == .before { broker?.writeMarker(0) }
        }
    }

    func makeMember(group: String, instance: String) -> InProcessMember {
        inner.makeMember(group: group, instance: instance)
    }

    func produce(topic: String, partition: Int32, key: String, value: String?) throws {
        try inner.produce(topic: topic, partition: partition, key: key, value: value)
    }

    func read(topic: String, partition: Int32) throws -> [ContractRecord] {
        inner.broker.writeMarker(0)
        return try inner.read(topic: topic, partition: partition)
    }

    func compact(topic: String) { inner.compact(topic: topic) }

    func expire(group: String, instance: String) {
        inner.expire(group: group, instance: instance)
    }
}
