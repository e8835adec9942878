internal import Streams

/// Holds what the group assigns, and opens nothing: for cases that drive tasks by hand.
final class Holder: GroupDelegate {
    private(set) var partitions: Set<Int32> = []
    /// Called within `assigned`, where tasks are opened.
    var opening: () -> Void = {}

    func assigned(_ partitions: [Int32]) {
        self.partitions.formUnion(partitions)
        opening()
    }

    func revoked(_ partitions: [Int32], lost: Bool) { self.partitions.subtract(partitions) }
}

// The cases of one task and its transactions, driven call by call.
extension LogContractCase {
    static let group = "contract"
    static let topics = TaskTopics(CountingReducer.topology)
    static let output = 0
    static var changelog: Int { topics.changelogIndex ?? 0 }

    /// A member that owns everything, and its tasks, each opened where it has to be: inside the
    /// callback.
    func open<Environment: LogContractEnvironment>(
        _ environment: Environment, tasks: [Int32]
    ) throws -> (member: Environment.Member, tasks: [Environment.Member.Task]) {
        let member = try environment.makeMember(group: Self.group, instance: "one")
        let holder = Holder()
        var opened: [Environment.Member.Task] = []
        var failure: LogError?
        holder.opening = {
            do throws(LogError) {
                for partition in tasks {
                    opened.append(
                        try member.openTask(partition: partition, topics: Self.topics))
                }
            } catch { failure = error }
        }
        try wait("an assignment") {
            try member.poll(timeoutMs: 50, holder)
            if let failure { throw failure }
            return !holder.partitions.isEmpty
        }
        return (member, opened)
    }

    func produce(
        _ task: some TaskLog, topic: Int, partition: Int32 = 0, key: String, value: String?
    ) throws {
        var buffer = OutputBuffer()
        buffer.append(
            topic: topic, partition: partition, key: Array(key.utf8),
            value: value.map { Array($0.utf8) })
        try buffer.withRecord(at: 0) { record throws(LogError) in
            try task.produce(record)
        }
    }

    func start(_ task: some TaskLog) throws {
        try retrying { () throws(LogError) in try task.initTransactions() }
    }

    /// Makes a call again while it may be.
    func retrying<R>(_ body: () throws(LogError) -> R) throws -> R {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            do throws(LogError) { return try body() } catch {
                guard error.kind == .retriable, ContinuousClock.now < end else { throw error }
            }
        }
    }

    func commit(_ task: some TaskLog, offsets: [Int64]) throws {
        try retrying { () throws(LogError) in try task.flush() }
        try retrying { () throws(LogError) in try task.sendOffsets(offsets) }
        try retrying { () throws(LogError) in try task.commitTransaction() }
    }

    func outputs(_ environment: some LogContractEnvironment, _ partition: Int32 = 0) throws
        -> [String]
    {
        try environment.read(topic: CountingReducer.output, partition: partition).map {
            "\($0.key ?? "")=\($0.value ?? "")"
        }
    }

    /// Waits for the outputs of a transaction that is committed: a log may answer the commit
    /// before its readers see it, and only then.
    private func expectOutputs(
        _ environment: some LogContractEnvironment, _ expected: [String], _ what: String
    ) throws {
        try wait(seconds: 10, "\(expected) \(what)") {
            try outputs(environment).count >= expected.count
        }
        try expectEqual(try outputs(environment), expected, what)
    }

    func committedTransactionsShow<E: LogContractEnvironment>(_ environment: E) throws {
        let (member, tasks) = try open(environment, tasks: [0])
        let task = try one(tasks)
        try start(task)
        try task.beginTransaction()
        try produce(task, topic: Self.output, key: "a", value: "1")
        try retrying { () throws(LogError) in try task.flush() }
        try expectEqual(try outputs(environment), [], "before the commit")
        try commit(task, offsets: [0])
        try expectOutputs(environment, ["a=1"], "after the commit")
        close(member, tasks)
    }

    func abortedTransactionsNeverShow<E: LogContractEnvironment>(_ environment: E) throws {
        let (member, tasks) = try open(environment, tasks: [0])
        let task = try one(tasks)
        try start(task)
        try task.beginTransaction()
        try produce(task, topic: Self.output, key: "a", value: "aborted")
        try retrying { () throws(LogError) in try task.flush() }
        try retrying { () throws(LogError) in try task.abortTransaction() }
        try task.beginTransaction()
        try produce(task, topic: Self.output, key: "a", value: "kept")
        try commit(task, offsets: [0])
        try expectOutputs(environment, ["a=kept"], "after an abort and a commit")
        close(member, tasks)
    }

    func newOwnerFencesTheOld<E: LogContractEnvironment>(_ environment: E) throws {
        let (member, tasks) = try open(environment, tasks: [0, 0])
        try expectEqual(tasks.count, 2, "tasks of one partition")
        let (old, new) = (tasks[0], tasks[1])
        try start(old)
        try old.beginTransaction()
        try produce(old, topic: Self.output, key: "a", value: "old")
        try retrying { () throws(LogError) in try old.flush() }
        try start(new)
        do throws(LogError) {
            try old.sendOffsets([0])
            try old.commitTransaction()
            throw LogError(.fatal, code: "contract", "the old owner could commit")
        } catch {
            try expect(error.code != "contract", error.message)
            try expect(
                error.kind == .fenced || error.kind == .fatal || error.kind == .abortable,
                "the old owner was told \(error)")
        }
        try new.beginTransaction()
        try produce(new, topic: Self.output, key: "a", value: "new")
        try commit(new, offsets: [0])
        try expectOutputs(environment, ["a=new"], "after the old owner was fenced")
        close(member, tasks)
    }

    func offsetsGoWithTheTransaction<E: LogContractEnvironment>(_ environment: E) throws {
        for value in 0..<5 {
            try environment.produce(
                topic: CountingReducer.input, partition: 0, key: "k", value: "\(value)")
        }
        let (member, tasks) = try open(environment, tasks: [0])
        let task = try one(tasks)
        try start(task)
        try expectEqual(try committedOffsets(task), [nil], "offsets at the first start")
        try task.beginTransaction()
        try produce(task, topic: Self.output, key: "a", value: "1")
        try retrying { () throws(LogError) in try task.flush() }
        try retrying { () throws(LogError) in try task.sendOffsets([3]) }
        try retrying { () throws(LogError) in try task.abortTransaction() }
        try expectEqual(try committedOffsets(task), [nil], "offsets after an abort")
        try task.beginTransaction()
        try produce(task, topic: Self.output, key: "a", value: "1")
        try commit(task, offsets: [4])
        try expectEqual(try committedOffsets(task), [4], "offsets after a commit")
        close(member, tasks)
    }

    private func committedOffsets(_ task: some TaskLog) throws -> [Int64?] {
        try retrying { () throws(LogError) in try task.committedOffsets() }
    }

    func seekAfterAnAbortTakesAgain<E: LogContractEnvironment>(_ environment: E) throws {
        for value in 0..<3 {
            try environment.produce(
                topic: CountingReducer.input, partition: 0, key: "k", value: "\(value)")
        }
        let (member, tasks) = try open(environment, tasks: [0])
        let task = try one(tasks)
        try start(task)
        let holder = Holder()
        try task.startConsuming(at: try task.inputStarts())
        try expectEqual(
            try take(3, from: task, member, holder), ["0@0", "1@1", "2@2"], "the first time")
        try task.seek(to: [1])
        try expectEqual(
            try take(2, from: task, member, holder), ["1@1", "2@2"], "after going back")
        try task.seek(to: [0])
        try expectEqual(try take(1, from: task, member, holder), ["0@0"], "after going far back")
        try task.seek(to: [0])
        try expectEqual(
            try take(3, from: task, member, holder), ["0@0", "1@1", "2@2"],
            "after going back with records on their way")
        close(member, tasks)
    }

    func pausedInputsGiveNothing<E: LogContractEnvironment>(_ environment: E) throws {
        for value in 0..<4 {
            try environment.produce(
                topic: CountingReducer.input, partition: 0, key: "k", value: "\(value)")
        }
        let (member, tasks) = try open(environment, tasks: [0])
        let task = try one(tasks)
        try start(task)
        let holder = Holder()
        try task.startConsuming(at: try task.inputStarts())
        try expectEqual(try take(1, from: task, member, holder), ["0@0"], "before the pause")
        try task.setPaused(true, input: 0)
        for _ in 0..<10 {
            let came = try task.poll(timeoutMs: 20) { _ in }
            try expect(!came, "a paused input gave a record")
        }
        try task.setPaused(false, input: 0)
        try expectEqual(
            try take(3, from: task, member, holder), ["1@1", "2@2", "3@3"], "after the pause")
        close(member, tasks)
    }

    private func take<M: GroupMember>(
        _ count: Int, from task: M.Task, _ member: M, _ holder: Holder
    ) throws -> [String] {
        var taken: [String] = []
        try wait("\(count) records, saw \(taken)") {
            try member.poll(timeoutMs: 0, holder)
            _ = try task.poll(timeoutMs: 20) { record in
                let value = String(decoding: record.copyValue() ?? [], as: UTF8.self)
                taken.append("\(value)@\(record.offset)")
            }
            return taken.count >= count
        }
        return taken
    }

    func one<Task>(_ tasks: [Task]) throws -> Task {
        guard let task = tasks.first else { throw ContractViolation("no task was opened") }
        return task
    }

    func close<Member: GroupMember>(_ member: Member, _ tasks: [Member.Task]) {
        for task in tasks { task.close() }
        member.leave(forGood: true, Deaf())
    }
}
