internal import Contracts
internal import Streams

/// What all of a run shares: the broker, the time, chance, and what has gone wrong.
final class World {
    let broker: InProcessBroker
    let plan: FaultPlan
    var random: SeededRandom
    /// The wall clock of the broker, Unix ms.
    private(set) var nowMs: Int64
    /// How much time has passed, whatever clocks say, ms.
    private(set) var elapsedMs: Int64 = 0
    /// How far clocks were set back, in all.
    private(set) var setBackMs: Int64 = 0
    /// No more faults.
    var isCalm = false
    /// Nobody reaches the broker until then, in ms passed.
    var outageUntilMs: Int64 = 0
    private(set) var step = 0
    private(set) var violation: Violation?
    private(set) var injected: [FaultKind: Int] = [:]
    let plantedBug: PlantedBug?
    /// Transactions that are open on the broker, and since when.
    private var open: [(id: String, sinceMs: Int64)] = []

    static let sessionTimeoutMs: Int64 = 6_000
    static let transactionTimeoutMs: Int64 = 10_000

    init(seed: UInt64, plantedBug: PlantedBug?) {
        random = SeededRandom(seed: seed)
        plan = FaultPlan(&random)
        nowMs = 1_763_679_600_000 + random.within(0...86_400_000)
        self.plantedBug = plantedBug
        broker = InProcessBroker(
            blocks: false, delaysMarkers: plan.delaysMarkers, keepsJournal: true,
            plantedBug: plantedBug)
        broker.setTime(nowMs)
    }

    /// Creates what a service reads and writes, where it is not there yet.
    func createTopics(of service: any AnyService) {
        let topics = TaskTopics(service.topology)
        if let changelog = topics.changelog {
            broker.createTopic(changelog, partitions: service.partitions)
        }
        for name in topics.inputs + topics.written {
            broker.createTopic(name, partitions: plan.partitions)
        }
    }

    func nextStep() { step += 1 }

    func note(_ kind: FaultKind) { injected[kind, default: 0] += 1 }

    func report(_ rule: Violation.Rule, _ message: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = Violation(rule: rule, message: message(), step: step)
    }

    // MARK: Time

    func elapse(_ ms: Int64) {
        guard ms > 0 else { return }
        elapsedMs += ms
        nowMs += ms
        broker.setTime(nowMs)
        expireTransactions()
    }

    /// The clock of the broker is set.
    func jump(_ ms: Int64) {
        setBackMs -= min(0, ms)
        nowMs += ms
        broker.setTime(nowMs)
    }

    // MARK: Transactions that stay open

    func opened(_ id: String) { open.append((id, elapsedMs)) }

    func ended(_ id: String) { open.removeAll { $0.id == id } }

    /// Whether anybody's transaction is open.
    var hasOpenTransaction: Bool { !open.isEmpty }

    private func expireTransactions() {
        guard let first = open.first, elapsedMs - first.sinceMs > Self.transactionTimeoutMs else {
            return
        }
        for (id, sinceMs) in open where elapsedMs - sinceMs > Self.transactionTimeoutMs {
            ended(id)
            // What has not reached the broker yet cannot be open for too long there.
            guard broker.hasOpenTransaction(id) else { continue }
            broker.expireTransaction(id)
            note(.transactionTimeout)
        }
    }

    // MARK: Faults of calls

    var isOut: Bool { elapsedMs < outageUntilMs }

    /// Throws what keeps a call from having its effect.
    func before(_ call: LogCall, of link: Link) throws(LogError) {
        if call.isRemote, isOut || link.isCut(elapsedMs) {
            throw LogError(.retriable, code: "_TRANSPORT", "the broker does not answer")
        }
        guard !isCalm else { return }
        for kind in FaultPlan.ofCalls
        where call.mayFail(kind) && plan.happens(kind, &random) {
            // Half of what may fail before and after does so after.
            if call.mayFailAfter(kind), random.chance(1, of: 2) {
                link.failsAfter = kind
                return
            }
            throw failure(kind)
        }
    }

    /// Throws what keeps a call that has had its effect from saying so.
    func after(_ call: LogCall, of link: Link) throws(LogError) {
        guard let kind = link.failsAfter else { return }
        link.failsAfter = nil
        throw failure(kind)
    }

    private func failure(_ kind: FaultKind) -> LogError {
        note(kind)
        return switch kind {
        case .retriable: LogError(.retriable, code: "_TIMED_OUT", "simulated")
        case .abortable: LogError(.abortable, code: "_PURGE_INFLIGHT", "simulated")
        default: LogError(.fatal, code: "_FATAL", "simulated")
        }
    }
}
