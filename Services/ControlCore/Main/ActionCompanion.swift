internal import Contracts
internal import Effectors
internal import Runtime
internal import Signing
internal import Streams
internal import StreamsKafka
internal import Synchronization

/// The effector beside the reducer: reads `nervous.action`, carries out what is meant for it, and
/// says on `nervous.effect` what it did. It works as long as this instance owns the orders.
final class ActionCompanion: Companion {
    private let catalog: ActionCatalog
    private let context: ServiceContext
    private let work = Locked<Work?>(nil)

    /// A thread that works, until it is told to stop.
    private final class Work: Sendable {
        let isStopped = Atomic<Bool>(false)
        let wakeup = Wakeup()
        let thread = Locked<SystemThread?>(nil)
    }

    init(_ catalog: ActionCatalog, context: ServiceContext) {
        self.catalog = catalog
        self.context = context
    }

    func start() throws {}

    func owns(_ partitions: [Int32]) {
        guard partitions.contains(0) else { return end() }
        let begun = work.withLock { work -> Work? in
            guard work == nil else { return nil }
            let begun = Work()
            work = begun
            return begun
        }
        guard let begun else { return }
        do {
            let thread = try SystemThread { self.run(begun) }
            begun.thread.withLock { $0 = thread }
        } catch {
            context.logger.error("no actions: no thread could be started", ["error": "\(error)"])
        }
    }

    func stop() { end() }

    private func end() {
        let ending = work.withLock { work in
            defer { work = nil }
            return work
        }
        ending?.isStopped.store(true, ordering: .releasing)
        ending?.wakeup.notify()
        ending?.thread.withLock { $0.take() }?.join()
    }

    // MARK: The thread

    private func run(_ work: Work) {
        while !work.isStopped.load(ordering: .acquiring) {
            do {
                try attempt(work)
            } catch {
                context.logger.warning("the effector starts again", ["error": "\(error)"])
                pause(1_000, work)
            }
        }
    }

    private func attempt(_ work: Work) throws {
        let lock = try EffectLock(
            name: "\(context.kafka.bootstrapServers)|\(context.kafka.topicPrefix)")
        var hasWaited = false
        while !lock.take() {
            if !hasWaited {
                hasWaited = true
                context.logger.info("waiting until the effects of the one before are dead")
            }
            guard pause(20, work) else { return }
        }
        let logger = context.logger
        let log: KafkaLogHandler = { logger.debug($0.message, ["facility": $0.facility]) }
        let reader = try KafkaReader(context.kafka, log: log)
        defer { reader.stop() }
        let teller = try EffectTeller(context.kafka, log: log)
        defer { teller.close() }
        let folder = catalog.evidenceFolder
        var settings = StepRunner.Settings(
            home: context.home,
            evidenceFolder: folder.hasPrefix("/") ? folder : "\(context.home)/\(folder)",
            keptOpen: lock.descriptor)
        settings.deployment = [
            "KAFKA_BOOTSTRAP_SERVERS": context.kafka.bootstrapServers,
            "DREAMNET_TOPIC_PREFIX": context.kafka.topicPrefix, "DREAMNET_HOME": context.home,
            "DREAMNET_ARCHIVES": settings.evidenceFolder,
        ]
        let runner = StepRunner(
            catalog, settings: settings,
            publish: { try teller.publish(topic: $0, key: $1, value: $2) })
        let epoch = "\(context.instance.prefix(64))-\(Hex.encode(RandomBytes.make(8)))"
        let effector = ActionEffector(epoch: epoch, runner: runner, say: { try teller.say($0) })
        defer { effector.stop() }
        // What is meant for this effector comes after it has said that it is there.
        try reader.start(topic: BusTopic.action.rawValue, from: .end)
        try effector.announce()
        while !work.isStopped.load(ordering: .acquiring) {
            guard let record = poll(reader, work) else { continue }
            guard let value = record.value, let envelope = try? Envelope(parsing: value),
                let intent = try? envelope.payload(as: ActionIntentPayload.self)
            else {
                logger.error("a step cannot be read", ["offset": "\(record.offset)"])
                continue
            }
            try effector.take(intent)
        }
    }

    /// A broker that is away for a moment comes back; what runs meanwhile runs on.
    private func poll(_ reader: KafkaReader, _ work: Work) -> ReadRecord? {
        do throws(KafkaError) { return try reader.poll(timeoutMs: 50) } catch {
            context.logger.debug("no step can be read", ["error": "\(error)"])
            pause(500, work)
            return nil
        }
    }

    /// Waits; false if the effector is to end.
    @discardableResult
    private func pause(_ ms: Int64, _ work: Work) -> Bool {
        let seen = work.wakeup.seen
        guard !work.isStopped.load(ordering: .acquiring) else { return false }
        work.wakeup.wait(since: seen, timeoutMs: ms)
        return !work.isStopped.load(ordering: .acquiring)
    }
}
