internal import Contracts
internal import HTTP
internal import NervousSystemDomain
internal import Runtime
internal import Streams
internal import StreamsKafka
internal import Synchronization

/// Counts the dead letters that wait: shows them on `/metrics`, and says them as signals, which
/// os-core judges. The instance that owns partition 0 does, on a thread and a client of its own, so
/// that the reducers never wait for it.
final class DeadLetterWatcher: Companion {
    /// How often it looks which letters have expired, and which queues there are, ms.
    private static let boundsEveryMs: Int64 = 30_000
    private static let catchUpMs: Int32 = 300_000
    private static let pauseMs: Int64 = 1_000

    private let everyMs: Int64
    private let context: ServiceContext
    private let isOwner = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    private let wakeup = Wakeup()
    private let thread = Locked<SystemThread?>(nil)
    private let figures = Locked<[QueueFigures]>([])

    init(everyMs: Int64, context: ServiceContext) {
        self.everyMs = everyMs
        self.context = context
        context.metrics.add { [self] writer in
            write(figures.withLock { $0 }, to: &writer)
        }
    }

    func start() throws {
        let started = try SystemThread { self.run() }
        thread.withLock { $0 = started }
    }

    func owns(_ partitions: [Int32]) {
        isOwner.store(partitions.contains(0), ordering: .releasing)
        wakeup.notify()
    }

    func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeup.notify()
        thread.withLock { $0.take() }?.join()
    }

    private func write(_ figures: [QueueFigures], to writer: inout PrometheusTextWriter) {
        guard !figures.isEmpty else { return }
        func family(
            _ name: String, _ type: PrometheusText.MetricType, _ help: String,
            _ value: (QueueFigures) -> Int
        ) {
            writer.describe(name, type, help: help)
            for queue in figures {
                writer.sample(
                    name, labels: [.init("topic", queue.topic.deadLetterName)],
                    value: Double(value(queue)))
            }
        }
        family(
            "dreamnet_dead_letter_depth", .gauge,
            "Dead letters about which nothing was done yet."
        ) { $0.waiting }
        family(
            "dreamnet_dead_letters_per_minute", .gauge, "New dead letters of the last minute."
        ) { $0.perMinute }
        family(
            "dreamnet_slowed_tasks", .gauge,
            "Tasks that read the topic slowly because too much of it cannot be taken."
        ) { $0.slowedTasks }
        family(
            "dreamnet_dead_letters_seen_total", .counter,
            "Dead letters that lay there, or came, since this instance counts."
        ) { $0.seen }
    }

    // MARK: The thread

    private var isAtWork: Bool {
        isOwner.load(ordering: .acquiring) && !isStopped.load(ordering: .acquiring)
    }

    private func run() {
        while !isStopped.load(ordering: .acquiring) {
            let seen = wakeup.seen
            if isAtWork {
                do {
                    try watch()
                } catch {
                    context.logger.debug("dead letters are counted anew", ["error": "\(error)"])
                }
                figures.withLock { $0 = [] }
            }
            guard !isStopped.load(ordering: .acquiring) else { return }
            wakeup.wait(since: seen, timeoutMs: Self.pauseMs)
        }
    }

    /// Counts from the beginning, until it is no more this instance's task or the queues change.
    private func watch() throws {
        let logger = context.logger
        let log: KafkaLogHandler = { logger.debug($0.message, ["facility": $0.facility]) }
        let admin = try KafkaAdmin(context.kafka, log: log)
        let topics = try queues(admin)
        let reader = try KafkaReader(context.kafka, log: log)
        defer { reader.stop() }
        let producer = try KafkaProducer(context.kafka, deliveryDeadlineMs: 10_000, log: log)
        defer { producer.close() }
        var watch = QueueWatch(topics: topics)
        var partitions: [BusTopic: Int32] = [:]
        // The ledger first: what it says of a letter is known when the letter is.
        try reader.start(topic: BusTopic.ledger.rawValue, from: .beginning)
        try reader.readToEnd(deadlineMs: Self.catchUpMs, while: { isAtWork }) {
            take($0, into: &watch)
        }
        for topic in topics {
            guard isAtWork else { return }
            partitions[topic] = try reader.partitionCount(of: topic.deadLetterName)
            try reader.start(topic: topic.deadLetterName, from: .beginning)
        }
        try look(reader, partitions, &watch)
        try catchUp(reader, partitions, &watch)
        var saidMs: Int64 = 0
        var lookedMs = SystemClock.monotonicMs()
        var isSlowedAnew = false
        while isAtWork {
            let nowMs = SystemClock.monotonicMs()
            if nowMs - saidMs >= everyMs || isSlowedAnew {
                isSlowedAnew = false
                saidMs = nowMs
                say(watch.figures(nowMs: SystemClock.nowMs()), producer)
            }
            if nowMs - lookedMs >= Self.boundsEveryMs {
                lookedMs = nowMs
                try look(reader, partitions, &watch)
                if try queues(admin) != topics { return }
            }
            let waitMs = min(200, max(1, saidMs + everyMs - nowMs))
            if let record = try reader.poll(timeoutMs: Int32(clamping: waitMs)),
                take(record, into: &watch)
            {
                isSlowedAnew = true
            }
        }
    }

    private func queues(_ admin: KafkaAdmin) throws(KafkaError) -> [BusTopic] {
        let names = Set(try admin.metadata(timeoutMs: 5_000).topics.map(\.name))
        return BusTopic.allCases.filter { names.contains($0.deadLetterName) }
    }

    /// Reads what lies there; the service may be told to end meanwhile.
    private func catchUp(
        _ reader: KafkaReader, _ partitions: [BusTopic: Int32], _ watch: inout QueueWatch
    ) throws(KafkaError) {
        for (topic, count) in partitions {
            for partition in 0..<count {
                let end = try reader.watermarks(
                    of: topic.deadLetterName, partition: partition
                ).high
                while isAtWork,
                    reader.position(of: topic.deadLetterName, partition: partition) ?? end < end
                {
                    if let record = try reader.poll(timeoutMs: 100) { take(record, into: &watch) }
                }
            }
        }
    }

    /// Takes in where the partitions begin now.
    private func look(
        _ reader: KafkaReader, _ partitions: [BusTopic: Int32], _ watch: inout QueueWatch
    ) throws(KafkaError) {
        for (topic, count) in partitions {
            for partition in 0..<count {
                let marks = try reader.watermarks(of: topic.deadLetterName, partition: partition)
                watch.holds(topic, partition: partition, from: marks.low, to: marks.high)
            }
        }
    }

    /// Returns whether an input is slowed now that was not.
    @discardableResult
    private func take(_ record: ReadRecord, into watch: inout QueueWatch) -> Bool {
        if record.topic == BusTopic.ledger.rawValue {
            watch.take(ledgerKey: record.key, value: record.value)
        } else if let topic = DeadLetterPlace.topic(record.topic) {
            return watch.take(
                letterAt: DeadLetterPlace(
                    topic: topic, partition: record.partition, offset: record.offset),
                atMs: record.timestampMs, nowMs: SystemClock.nowMs(), from: sender(of: record))
        }
        return false
    }

    /// Who could not take a letter; nil of one that another tool wrote.
    private func sender(of record: ReadRecord) -> QueueWatch.Sender? {
        guard let service = record.headerText(DeadLetter.Header.service),
            let partition = record.headerText(DeadLetter.Header.partition)
        else { return nil }
        return QueueWatch.Sender(
            task: "\(service.prefix(64))/\(partition.prefix(20))",
            delayMs: record.headerText(DeadLetter.Header.slowed).flatMap { Int64($0) })
    }

    /// A queue that never held a letter says nothing.
    private func say(_ now: [QueueFigures], _ producer: KafkaProducer) {
        figures.withLock { $0 = now }
        for queue in now where queue.isUsed {
            say(
                SignalValuesPayload(
                    service: ServiceName.deadLetterQueue(of: queue.topic),
                    instance: queue.topic.deadLetterName, deadLetters: Double(queue.waiting),
                    deadLettersPerMinute: Double(queue.perMinute)), producer)
        }
        // An input that was slowed once says as well that it is no more.
        for queue in now where queue.wasSlowed {
            say(
                SignalValuesPayload(
                    service: ServiceName.slowedInput(of: queue.topic),
                    instance: queue.topic.rawValue, slowedTasks: Double(queue.slowedTasks)),
                producer)
        }
    }

    private func say(_ payload: SignalValuesPayload, _ producer: KafkaProducer) {
        let ts = SystemClock.nowMs()
        guard
            let envelope = try? Envelope(
                id: "\(payload.service).\(ts)", ts: ts, role: .service, payload),
            let value = try? envelope.serialized()
        else { return }
        // What does not go out is said again in a moment, with newer figures.
        producer.post(
            NewRecord(
                topic: BusTopic.signal.rawValue, key: Array(payload.service.utf8), value: value,
                headers: MessageHeaders.make(
                    for: envelope, source: "nervous-system", traceparent: nil)))
    }
}
