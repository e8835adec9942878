internal import CommandLineKit
internal import Contracts
internal import Glibc
internal import Streams
internal import StreamsKafka
internal import Synchronization
internal import TopicCatalog

/// Runs a service from its admin port to its last commit. All of it is shell: what is decided is
/// decided in the reducer.
final class ServiceHost<R: Reducer & SendableMetatype>: @unchecked Sendable {
    private let context: ServiceContext
    private let topology: Topology
    private let plan: ServicePlan<R>
    private let address: ListenAddress
    private let health = HealthState()
    private let stopRequested = Atomic<Bool>(false)
    private let leavesForGood = Atomic<Bool>(false)
    private let hasEnded = Atomic<Bool>(false)
    private let runner = Locked<ServiceRunner<KafkaGroupMember, R>?>(nil)
    private let wakeup = Wakeup()

    /// A call of the log that takes longer than this, ms, never ends: transactions time out
    /// after 10 s and are tried again for as long as a broker may take to come back.
    private static var stuckAfterMs: Int64 { 180_000 }
    /// The same once the service is told to end, ms: a drain and one transaction's time-out fit
    /// into it, and it fits into the half minute that supervisors grant.
    private static var stuckAtEndMs: Int64 { 20_000 }

    /// For so long after its start, ms, a service looks every few milliseconds whether it is ready.
    private static var startMsMax: Int64 { 10_000 }

    init(
        context: ServiceContext, topology: Topology, plan: ServicePlan<R>, address: ListenAddress
    ) {
        self.context = context
        self.topology = topology
        self.plan = plan
        self.address = address
    }

    func run() async throws -> ExitCode {
        let admin: AdminServer
        do {
            admin = try AdminServer(
                bindAddress: address.host, port: address.port, instance: context.instance,
                health: health, metrics: context.metrics,
                drain: { [self] in requestStop(forGood: true) })
        } catch {
            throw CommandFailure(
                "the admin port: \(error)", hint: "--admin-bind 127.0.0.1:0 takes any free port.")
        }
        defer { admin.stop() }
        context.logger.info(
            "starting",
            [
                "instance": context.instance, "bootstrap": context.kafka.bootstrapServers,
                "topicPrefix": context.kafka.topicPrefix, "admin": "\(address.host):\(admin.port)",
                "version": DreamNetVersion.text,
            ])
        let signals = ShutdownSignal { [self] _ in requestStop(forGood: false) }
        defer { withExtendedLifetime(signals) {} }
        // The main loop blocks: it gets a thread of its own, and this task waits for it.
        return try await withCheckedThrowingContinuation { continuation in
            do {
                _ = try SystemThread { [self] in
                    continuation.resume(with: Result { try work() })
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// `forGood` gives the place in the group up; else it is kept for a restart.
    private func requestStop(forGood: Bool) {
        if forGood { leavesForGood.store(true, ordering: .releasing) }
        stopRequested.store(true, ordering: .releasing)
        context.logger.info("stopping", ["forGood": "\(forGood)"])
        runner.withLock { $0 }?.requestStop(forGood: forGood)
        wakeup.notify()
    }

    private var isStopping: Bool { stopRequested.load(ordering: .acquiring) }

    // MARK: The main thread

    private func work() throws -> ExitCode {
        let log = libraryLog()
        let kafkaAdmin = try KafkaAdmin(context.kafka, log: log)
        guard try waitForTopics(kafkaAdmin) else { return .success }
        let runner = try makeRunner(log)
        self.runner.withLock { $0 = runner }
        // What came before there was a runner must not be lost.
        if isStopping {
            runner.requestStop(forGood: leavesForGood.load(ordering: .acquiring))
        }
        context.metrics.add(PipelineCollector.collector(topology) { runner.status })
        for companion in plan.companions { try companion.start() }
        let monitor = try SystemThread { [self] in watch(runner, kafkaAdmin) }
        var failure: TaskFailure?
        do throws(TaskFailure) { try runner.run() } catch { failure = error }
        stopRequested.store(true, ordering: .releasing)
        hasEnded.store(true, ordering: .releasing)
        wakeup.notify()
        for companion in plan.companions { companion.stop() }
        monitor.join()
        if let failure {
            context.logger.error("ended", ["code": failure.code.rawValue, "error": "\(failure)"])
            return .failure
        }
        context.logger.info("stopped")
        return .success
    }

    /// Waits until a broker answers; false if the service is told to end before.
    private func waitForBroker(_ admin: KafkaAdmin) -> Bool {
        var saidMs: Int64 = 0
        while !isStopping {
            let seen = wakeup.seen
            do throws(KafkaError) {
                _ = try admin.metadata(timeoutMs: 1_000)
                return true
            } catch {
                health.setReady(false, "no broker: \(error.message)")
                let nowMs = SystemClock.monotonicMs()
                if saidMs == 0 || nowMs - saidMs >= 10_000 {
                    saidMs = nowMs
                    context.logger.warning(
                        "waiting for a broker",
                        ["bootstrap": context.kafka.bootstrapServers, "error": "\(error)"])
                }
                wakeup.wait(since: seen, timeoutMs: 200)
            }
        }
        return false
    }

    /// Waits until a broker answers and says that the topics are as they should be; false if the
    /// service is told to end before. A broker that goes away in between is waited for again.
    private func waitForTopics(_ admin: KafkaAdmin) throws -> Bool {
        while waitForBroker(admin) {
            do {
                try checkTopics(admin)
                return true
            } catch let error as KafkaError where error.isRetriable {
                health.setReady(false, "no broker: \(error.message)")
                context.logger.warning("asking again for the topics", ["error": "\(error)"])
                let seen = wakeup.seen
                if !isStopping { wakeup.wait(since: seen, timeoutMs: 200) }
            }
        }
        return false
    }

    private func checkTopics(_ admin: KafkaAdmin) throws {
        let names = context.catalog.topicNames(
            inputs: topology.inputs, outputs: topology.outputs, changelog: topology.changelog)
        let problems = context.catalog.startProblems(
            forTopics: names, cluster: try TopicCluster(admin).topics(names),
            topicPrefix: context.kafka.topicPrefix)
        guard problems.isEmpty else {
            throw CommandFailure(
                "the cluster's topics differ from topics/:\n" + problems.joined(separator: "\n"),
                hint: "`dreamnet topics plan` shows the difference, `dreamnet topics apply` "
                    + "mends what can be mended.")
        }
    }

    private func makeRunner(
        _ log: @escaping KafkaLogHandler
    ) throws -> ServiceRunner<KafkaGroupMember, R> {
        let partitions = topology.inputs.map { context.catalog.topic($0)?.partitions ?? 1 }
        let member = try KafkaGroupMember(
            context.kafka, group: topology.service, inputs: topology.inputs,
            partitions: Int(partitions.max() ?? 1), log: log)
        let companions = plan.companions
        var settings = ServiceSettings()
        settings.pipeline.take(topology, context.catalog)
        return ServiceRunner(
            member: member, topology: topology,
            identity: TaskIdentity(
                service: topology.service, group: context.kafka.topicPrefix + topology.service,
                version: DreamNetVersion.text),
            settings: settings, clock: SystemClock.nowMs, glance: SystemClock.recentMs,
            ownership: { partitions in for companion in companions { companion.owns(partitions) } },
            observer: { [self] in report($0) }, makeReducer: plan.makeReducer)
    }

    private func libraryLog() -> KafkaLogHandler {
        let logger = context.logger
        return { line in
            // The library says at level 3 what mends itself by a reconnect.
            logger.log(
                line.level <= 2 ? .error : .debug, line.message,
                ["facility": line.facility, "client": line.client])
        }
    }

    // MARK: Beside it

    /// Readiness, and the watchdog over calls that never end.
    private func watch(_ runner: ServiceRunner<KafkaGroupMember, R>, _ admin: KafkaAdmin) {
        let startMs = SystemClock.monotonicMs()
        var askedMs: Int64 = 0
        var brokerError: String?
        while !hasEnded.load(ordering: .acquiring) {
            let seen = wakeup.seen
            let nowMs = SystemClock.monotonicMs()
            if !isStopping, nowMs - askedMs >= 2_000 {
                askedMs = nowMs
                do throws(KafkaError) {
                    _ = try admin.metadata(timeoutMs: 1_500)
                    brokerError = nil
                } catch { brokerError = error.message }
            }
            var isReady = false
            if isStopping {
                health.setReady(false, "stopping")
            } else {
                isReady = updateReadiness(runner.status, brokerError)
            }
            let limitMs = isStopping ? Self.stuckAtEndMs : Self.stuckAfterMs
            if let call = runner.longestCall(nowMs: nowMs), call.ms > limitMs {
                context.logger.error(
                    "a call has not returned; exiting so that it can be started again",
                    [
                        "partition": call.partition.map { "\($0)" } ?? "group",
                        "ms": "\(call.ms)",
                    ])
                _exit(70)
            }
            // Whoever waits for the start is told at once.
            let isStarting = !isReady && nowMs - startMs < Self.startMsMax
            wakeup.wait(since: seen, timeoutMs: isStarting ? 5 : 100)
        }
    }

    /// - Returns: whether the service is ready.
    private func updateReadiness(_ status: ServiceStatus, _ brokerError: String?) -> Bool {
        let (isReady, why) = readiness(status, brokerError)
        health.setReady(isReady, why)
        return isReady
    }

    private func readiness(
        _ status: ServiceStatus, _ brokerError: String?
    ) -> (isReady: Bool, why: String) {
        if let brokerError { return (false, "no broker: \(brokerError)") }
        switch status.state {
        case .running: return (true, "running \(status.tasks.count) tasks")
        case .joining: return (false, "joining the group")
        case .standby: return (true, "standby: owns no partition")
        case .restoring: return (false, "restoring")
        case .stopped: return (false, "stopped")
        }
    }

    private func report(_ event: ServiceEvent) {
        let logger = context.logger
        switch event {
        case .assigned(let partitions):
            logger.info("assigned", ["partitions": "\(partitions)"])
        case .revoked(let partitions, let lost):
            logger.info("revoked", ["partitions": "\(partitions)", "lost": "\(lost)"])
        case .task(let partition, let event): report(event, of: partition)
        case .restarting(let partition, let failure, let ms):
            logger.warning(
                "restarting a task",
                ["partition": "\(partition)", "error": "\(failure)", "inMs": "\(ms)"])
        case .groupFailed(let error):
            logger.warning("the group fails; trying again", ["error": "\(error)"])
        case .left(let forGood): logger.info("left the group", ["forGood": "\(forGood)"])
        }
    }

    private func report(_ event: PipelineEvent, of partition: Int32) {
        let logger = context.logger
        var facts = ["partition": "\(partition)"]
        switch event {
        case .restored(let records, let durationMs):
            facts["records"] = "\(records)"
            facts["ms"] = "\(durationMs)"
            logger.info("restored", facts)
        case .groupBehind(let input, let offset, let tables):
            facts["input"] = input
            facts["offset"] = offset.map { "\($0)" } ?? "none"
            facts["tables"] = "\(tables)"
            logger.error("the group's offset is behind the tables, which hold", facts)
        case .aborted(let error):
            facts["error"] = "\(error)"
            logger.warning("a transaction was aborted and is taken again", facts)
        case .retrying(let error, let attempts):
            facts["error"] = "\(error)"
            facts["attempts"] = "\(attempts)"
            logger.warning("a call is repeated", facts)
        case .slowed(let input):
            facts["input"] = input
            logger.error("an input gives too many dead letters and is slowed", facts)
        case .unslowed(let input):
            facts["input"] = input
            logger.info("an input is at full speed again", facts)
        case .failed(let failure):
            facts["code"] = failure.code.rawValue
            facts["error"] = "\(failure)"
            logger.error("a task has ended", facts)
        }
    }
}
