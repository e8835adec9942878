internal import CommandLineKit
internal import Contracts
internal import Runtime
internal import Streams
internal import StreamsKafka

/// One round of the Swift side: the product's runner, group member and pipeline with their
/// defaults, over a reducer that passes on.
struct PassThroughRun {
    private let kafka: KafkaConfiguration
    private let topology: Topology
    private let messages: Int

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        messages = try invocation[BenchOptions.messages]
        topology = Topology(
            service: try invocation[BenchOptions.group],
            inputs: [try invocation[BenchOptions.input]],
            outputs: [try invocation[BenchOptions.output]], changelog: nil)
    }

    func run(_ out: Console) throws -> ExitCode {
        let stopwatch = Stopwatch()
        let topology = topology
        let member = try KafkaGroupMember(
            kafka, group: topology.service, inputs: topology.inputs, log: { _ in })
        let runner = ServiceRunner(
            member: member, topology: topology,
            identity: TaskIdentity(service: topology.service, group: topology.service, version: ""),
            clock: SystemClock.nowMs,
            makeReducer: { _ in PassThroughReducer(topology: topology, stopwatch: stopwatch) })
        let result = Locked<RoundResult?>(nil)
        let messages = messages
        let watcher = try SystemThread {
            let reached = Self.awaitCommits(of: messages, runner, stopwatch)
            result.withLock { $0 = reached }
            runner.requestStop(forGood: true)
        }
        try runner.run()
        watcher.join()
        guard let result = result.withLock({ $0 }) else {
            throw CommandFailure("the pipeline did not finish")
        }
        out.line(result.json)
        return .success
    }

    /// A task publishes its figures with each commit, so that the round is over with the commit
    /// that makes them complete; when that was, they say to the millisecond.
    private static func awaitCommits<M: GroupMember>(
        of messages: Int, _ runner: ServiceRunner<M, PassThroughReducer>, _ stopwatch: Stopwatch
    ) -> RoundResult? {
        let endUs = BenchClock.monotonicUs() + 120_000_000
        while BenchClock.monotonicUs() < endUs {
            var taken = 0
            var commits = 0
            var lastMs: Int64 = 0
            for task in runner.status.tasks {
                taken += task.figures.recordsIn
                commits += task.figures.commits
                lastMs = max(lastMs, task.figures.lastCommitMs ?? 0)
            }
            if taken >= messages, let reading = stopwatch.read(untilMs: lastMs) {
                return RoundResult(messages: messages, transactions: commits, reading)
            }
            BenchClock.pause(us: 10_000)
        }
        return nil
    }
}
