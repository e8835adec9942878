internal import Streams

/// A member of the group with its pipelines, driven by hand on one thread: so that it can be
/// killed between any two calls of the log.
final class ContractConsumer<Member: GroupMember>: GroupDelegate {
    typealias Pipeline = TaskPipeline<CountingReducer, Member.Task>

    let member: Member
    private(set) var pipelines: [Int32: Pipeline] = [:]
    private(set) var failures: [TaskFailure] = []
    private(set) var steps = 0
    private var settings: PipelineSettings
    private let clock: () -> Int64

    init(
        _ member: Member, batchMessagesMax: Int = 5, clock: @escaping () -> Int64 = { 1_000 }
    ) {
        self.member = member
        self.clock = clock
        settings = PipelineSettings()
        settings.batchMessagesMax = batchMessagesMax
        settings.pollMs = 5
        settings.restorePollMs = 20
        // A window that is never full and a run that is never reached: nothing is slowed here.
        settings.poison.window = 1_000_000
        settings.poison.runMax = 1_000_000
    }

    func assigned(_ partitions: [Int32]) {
        for partition in partitions {
            do throws(LogError) {
                let log = try member.openTask(
                    partition: partition, topics: TaskTopics(CountingReducer.topology))
                let pipeline = Pipeline(
                    CountingReducer(), over: log,
                    identity: TaskIdentity(
                        service: "contract", group: "contract", version: "1"),
                    settings: settings, clock: clock)
                pipelines[partition] = pipeline
                while !pipeline.isPrepared, step(partition, pipeline) {}
            } catch {
                failures.append(TaskFailure(error))
            }
        }
    }

    func revoked(_ partitions: [Int32], lost: Bool) {
        for partition in partitions {
            guard let pipeline = pipelines[partition] else { continue }
            pipeline.requestStop(commit: !lost)
            while step(partition, pipeline) {}
            pipelines[partition] = nil
            pipeline.close()
        }
    }

    /// Polls the group once and gives each task a step.
    func turn() throws {
        do throws(LogError) {
            try member.poll(timeoutMs: pipelines.isEmpty ? 50 : 0, self)
        } catch {
            // As the runner does: what mends itself is passed over.
            guard error.kind == .retriable else { throw error }
        }
        for (partition, pipeline) in pipelines.sorted(by: { $0.key < $1.key }) {
            _ = step(partition, pipeline)
        }
    }

    /// As SIGKILL would: nothing is committed, aborted or left.
    func kill() {
        for pipeline in pipelines.values { pipeline.close() }
        pipelines = [:]
        member.leave(forGood: false, Deaf())
    }

    private func step(_ partition: Int32, _ pipeline: Pipeline) -> Bool {
        steps += 1
        do throws(TaskFailure) {
            return try pipeline.step() != .stopped
        } catch {
            failures.append(error)
            pipelines[partition] = nil
            pipeline.close()
            return false
        }
    }
}

/// Does nothing about what the group says.
final class Deaf: GroupDelegate {
    func assigned(_ partitions: [Int32]) {}
    func revoked(_ partitions: [Int32], lost: Bool) {}
}

/// Calls `body` until it says true, at most for `seconds`.
func wait(seconds: Int = 60, _ what: String, _ body: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try !body() {
        guard ContinuousClock.now < end else { throw ContractViolation("timed out: \(what)") }
    }
}
