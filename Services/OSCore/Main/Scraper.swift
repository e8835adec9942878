internal import Contracts
internal import HTTP
internal import OSCoreDomain
internal import PolicyFiles
internal import Runtime
internal import Streams
internal import StreamsKafka
internal import Synchronization

/// Reads the metrics of the targets whose partition this instance owns, and says them as signals:
/// two instances never read one target, for Kafka gives a partition to one of them.
final class Scraper: Companion {
    private struct Plan {
        var dueMs: Int64
        var isUnderWay = false
    }

    private struct State {
        var owned: Set<Int32> = []
        var plans: [Int: Plan] = [:]
        var increased: Set<String> = []
    }

    private let policy: ScrapePolicy
    private let partitionOfTarget: [Int32]
    private let context: ServiceContext
    private let target: TargetReader
    private let state = Locked(State())
    private let wakeup = Wakeup()
    private let isStopped = Atomic<Bool>(false)
    private let threads = Locked<[SystemThread]>([])
    private let producer = Locked<KafkaProducer?>(nil)
    private let scrapes = Counter(
        "dreamnet_scrapes_total", help: "Targets read, by what came of it.", label: "result")

    /// Reading is waiting: a few threads keep up with many targets.
    private static let threadsMax = 8

    init(_ policy: ScrapePolicy, partitionCount: Int32, context: ServiceContext) {
        self.policy = policy
        self.context = context
        partitionOfTarget = policy.targets.map {
            Murmur2.partition(key: Array($0.service.utf8), count: Int(partitionCount))
        }
        target = TargetReader(policy)
        context.metrics.add(scrapes)
    }

    func start() throws {
        guard !policy.targets.isEmpty else {
            context.logger.info("no targets to scrape; signals come from nervous.signal alone")
            return
        }
        let logger = context.logger
        let made = try KafkaProducer(context.kafka, deliveryDeadlineMs: 10_000) {
            logger.debug($0.message, ["facility": $0.facility])
        }
        producer.withLock { $0 = made }
        var started = [try SystemThread { self.followSettings() }]
        for _ in 0..<min(Self.threadsMax, policy.targets.count) {
            started.append(try SystemThread { self.work() })
        }
        threads.withLock { $0 = started }
        logger.info("scraping", ["targets": "\(policy.targets.count)"])
    }

    func owns(_ partitions: [Int32]) {
        let nowMs = SystemClock.nowMs()
        state.withLock { state in
            state.owned = Set(partitions)
            for index in policy.targets.indices where state.plans[index] == nil {
                state.plans[index] = Plan(dueMs: nowMs)
            }
        }
        wakeup.notify()
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeup.notify()
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in running { thread.join() }
        producer.withLock { $0.take() }?.close()
    }

    // MARK: The threads

    private func work() {
        while !isStopped.load(ordering: .acquiring) {
            let seen = wakeup.seen
            let (next, waitMs) = take(nowMs: SystemClock.nowMs())
            guard let next else {
                wakeup.wait(since: seen, timeoutMs: waitMs)
                continue
            }
            scrape(policy.targets[next], partition: partitionOfTarget[next])
            finish(next)
        }
    }

    /// The target that has waited longest, or how long nothing is due.
    private func take(nowMs: Int64) -> (index: Int?, waitMs: Int64) {
        state.withLock { state in
            let ours = state.plans.filter {
                !$0.value.isUnderWay && state.owned.contains(partitionOfTarget[$0.key])
            }
            guard let first = ours.min(by: { ($0.value.dueMs, $0.key) < ($1.value.dueMs, $1.key) })
            else { return (nil, 1_000) }
            guard first.value.dueMs <= nowMs else {
                return (nil, min(1_000, first.value.dueMs - nowMs))
            }
            state.plans[first.key]?.isUnderWay = true
            return (first.key, 0)
        }
    }

    private func finish(_ index: Int) {
        let service = policy.targets[index].service
        let nowMs = SystemClock.nowMs()
        state.withLock { state in
            let isIncreased =
                state.increased.contains(service) || state.increased.contains(ServiceName.all)
            let intervalMs = isIncreased ? policy.increasedIntervalMs : policy.intervalMs
            // After a pause the rhythm begins anew: what was missed is not made up for.
            let dueMs = max(nowMs, (state.plans[index]?.dueMs ?? nowMs) + intervalMs)
            state.plans[index] = Plan(dueMs: dueMs)
        }
        wakeup.notify()
    }

    private func scrape(_ scrapeTarget: ScrapeTarget, partition: Int32) {
        let outcome = target.read(scrapeTarget)
        let ts = SystemClock.nowMs()
        switch outcome {
        case .signal(let signal):
            scrapes.add(for: "ok")
            say(signal, scrapeTarget, ts, partition)
        case .failed(let failure):
            scrapes.add(for: failure.code)
            say(failure, scrapeTarget, ts, partition)
        }
    }

    private func say(
        _ payload: some MessagePayload, _ target: ScrapeTarget, _ ts: Int64, _ partition: Int32
    ) {
        let id = "scrape.\(target.service).\(target.instance).\(ts)"
        guard let envelope = try? Envelope(id: id, ts: ts, role: .service, payload),
            let value = try? envelope.serialized()
        else { return }
        let record = NewRecord(
            topic: BusTopic.signal.rawValue, partition: partition,
            key: Array(target.service.utf8), value: value,
            headers: MessageHeaders.make(for: envelope, source: "os-core", traceparent: nil))
        let taken = producer.withLock { $0?.post(record) ?? false }
        if !taken { scrapes.add(for: "not_sent") }
    }

    /// MONITOR comes on `nervous.setting`; one partition says it all.
    private func followSettings() {
        let logger = context.logger
        var reader: KafkaReader?
        while !isStopped.load(ordering: .acquiring) {
            do throws(KafkaError) {
                if reader == nil {
                    let made = try KafkaReader(context.kafka) { _ in }
                    try made.start(
                        topic: BusTopic.setting.rawValue, partitions: [0], from: .beginning)
                    reader = made
                }
                if let record = try reader?.poll(timeoutMs: 200) { take(record) }
            } catch {
                logger.debug("settings cannot be read", ["error": "\(error)"])
                if !error.isRetriable { reader = nil }
                wakeup.wait(since: wakeup.seen, timeoutMs: 1_000)
            }
        }
    }

    private func take(_ record: ReadRecord) {
        guard let value = record.value, let envelope = try? Envelope(parsing: value),
            let setting = try? envelope.payload(as: SettingPayload.self),
            setting.name == .monitor
        else { return }
        state.withLock { state in
            if setting.value == "increase" {
                state.increased.insert(setting.service)
            } else {
                state.increased.remove(setting.service)
            }
        }
    }
}
