internal import CommandLineKit
internal import Contracts
internal import OSCoreDomain
internal import Runtime
internal import Streams
internal import StreamsKafka

/// One round of the Swift side: the product's runner, group member and pipeline with their
/// defaults.
struct Round {
    private let kafka: KafkaConfiguration
    private let kind: RoundKind
    private let group: String
    private let topology: Topology
    private let messages: Int
    private let transaction: Int
    private let partitions: Int

    init(_ invocation: Invocation) throws {
        kafka = try BenchOptions.kafka(invocation)
        guard let kind = RoundKind(rawValue: try invocation[BenchOptions.kind]) else {
            throw CommandFailure("no such kind of round", exitCode: .usage)
        }
        self.kind = kind
        messages = try invocation[BenchOptions.messages]
        transaction = try invocation[BenchOptions.transaction]
        partitions = try invocation[BenchOptions.partitions]
        group = try invocation[BenchOptions.group]
        let output = try invocation[BenchOptions.output]
        topology = Topology(
            service: group, inputs: [try invocation[BenchOptions.input]],
            outputs: kind == .signals
                ? OSCoreReducer(policy: .seedDefaults).topology.outputs : [output],
            changelog: kind == .passThrough ? nil : output)
    }

    func run(_ out: Console) throws -> ExitCode {
        let topology = topology
        switch kind {
        case .passThrough: try run(out) { _ in PassThroughReducer(topology: topology) }
        case .count, .restore: try run(out) { _ in CountReducer(topology: topology) }
        case .signals: try run(out) { _ in OSCoreReducer(policy: .seedDefaults) }
        }
        return .success
    }

    private func run<R: Reducer>(_ out: Console, _ makeReducer: @escaping (Int32) -> R) throws {
        let stopwatch = Stopwatch()
        let topology = topology
        let member = try KafkaGroupMember(
            kafka, group: topology.service, inputs: topology.inputs, partitions: partitions,
            log: { _ in })
        var settings = ServiceSettings()
        settings.pipeline.batchMessagesMax = transaction
        let runner = ServiceRunner(
            member: member, topology: topology,
            identity: TaskIdentity(service: topology.service, group: topology.service, version: ""),
            settings: settings, clock: SystemClock.nowMs, glance: SystemClock.recentMs,
            makeReducer: {
                MeasuredReducer(makeReducer($0), topology: topology, stopwatch: stopwatch)
            })
        let result = Locked<Result<RoundResult, CommandFailure>?>(nil)
        let watcher = try SystemThread {
            let reached = self.result(of: runner, stopwatch)
            result.withLock { $0 = reached }
            runner.requestStop(forGood: true)
        }
        try runner.run()
        watcher.join()
        if let result = result.withLock({ $0 }) { out.line(try result.get().json) }
    }

    /// A task publishes its figures with each commit, so that the round is over with the commit
    /// that makes them complete; when that was, they say to the millisecond.
    private func result<M: GroupMember, R: Reducer>(
        of runner: ServiceRunner<M, R>, _ stopwatch: Stopwatch
    ) -> Result<RoundResult, CommandFailure> {
        let endUs = BenchClock.monotonicUs() + 120_000_000
        while BenchClock.monotonicUs() < endUs {
            let status = runner.status
            let figures = status.tasks.map(\.figures)
            if let failure = status.tasks.compactMap(\.failure).first {
                return .failure(CommandFailure("a task has failed: \(failure)"))
            }
            if kind == .restore {
                if status.state == .running { return .success(Self.restored(figures)) }
            } else if figures.map(\.recordsIn).reduce(0, +) >= messages,
                let reading = stopwatch.read(
                    untilMs: figures.compactMap(\.lastCommitMs).max() ?? 0)
            {
                return .success(RoundResult(figures, messages: messages, reading))
            }
            BenchClock.pause(us: 10_000)
        }
        return .failure(CommandFailure("the pipeline has not finished within 120 s"))
    }

    /// The slowest task's time counts; the CPU time is that of the whole process.
    private static func restored(_ figures: [PipelineFigures]) -> RoundResult {
        let slowestMs = figures.map(\.restoreMs).max() ?? 0
        return RoundResult(
            figures, messages: figures.map(\.restoreRecords).reduce(0, +),
            Stopwatch.Reading(elapsedUs: slowestMs * 1000, cpuUs: BenchClock.cpuUs()))
    }
}
