internal import Contracts
internal import Effectors
internal import HTTP
internal import PolicyFiles
internal import Runtime
internal import Signing
internal import Streams
internal import StreamsKafka
internal import Synchronization

/// The effector behind `nervous.notification`: posts to the webhook, those of one incident in order
/// and incidents side by side, says on `nervous.effect` what became of each, and only then commits
/// it. At least once, under a stable key. An attempt that has failed is on record there as well before
/// the next one, so that whoever takes over goes on with its number and at its time.
final class Notifier: Companion {
    /// How far the clocks of two machines may be apart, ms.
    private static let clockSlackMs: Int64 = 60_000
    private static let marksDeadlineMs: Int32 = 60_000

    private let settings: WebhookSettings?
    private let contacts: [String: WebhookSettings]
    private let context: ServiceContext
    private let isStopped = Atomic<Bool>(false)
    private let wakeup = Wakeup()
    private let thread = Locked<SystemThread?>(nil)
    private let notifications = Counter(
        "dreamnet_notifications_total", help: "Notifications, by what came of them.",
        label: "result")

    init(_ contacts: ContactsPolicy, context: ServiceContext) throws {
        settings = try contacts.webhookSettings()
        self.contacts = try contacts.contactSettings()
        self.context = context
        context.metrics.add(notifications)
    }

    func start() throws {
        guard let settings else {
            context.logger.warning(
                "nobody will be told: config/contacts.yaml names no webhook",
                ["file": "\(context.home)/config/contacts.yaml"])
            return
        }
        let started = try SystemThread { self.run(settings) }
        thread.withLock { $0 = started }
    }

    func owns(_ partitions: [Int32]) {}

    func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeup.notify()
        thread.withLock { $0.take() }?.join()
    }

    // MARK: The thread

    private func run(_ settings: WebhookSettings) {
        let notifier = WebhookNotifier(
            settings: settings, contacts: contacts,
            client: HTTPClient(HTTPClientConfiguration()))
        while !isStopped.load(ordering: .acquiring) {
            do {
                try work(notifier)
            } catch {
                context.logger.warning("the notifier starts again", ["error": "\(error)"])
                pause(1_000)
            }
        }
    }

    private func work(_ notifier: WebhookNotifier) throws {
        let logger = context.logger
        let log: KafkaLogHandler = { logger.debug($0.message, ["facility": $0.facility]) }
        let consumer = try KafkaGroupConsumer(
            context.kafka, group: "notifier", topics: [BusTopic.notification.rawValue], log: log)
        defer { consumer.close(forGood: false) }
        let producer = try KafkaProducer(context.kafka, log: log)
        defer { producer.close() }
        let pool = try DeliveryPool(
            notifier, nowMs: SystemClock.nowMs, monotonicMs: SystemClock.monotonicMs)
        defer { pool.stop() }
        // Says and commits what has ended.
        func settle() throws {
            let (effects, positions) = pool.takeEnded()
            for effect in effects { count(effect) }
            if !effects.isEmpty {
                try say(effects, producer)
                pool.said(effects)
            }
            for (partition, next) in positions {
                try consumer.commit(
                    topic: BusTopic.notification.rawValue, partition: partition, next: next)
            }
        }
        var marks = DeliveryMarks()
        // Those of which the marks are read.
        var known: Set<Int32> = []
        while !isStopped.load(ordering: .acquiring) {
            // The group is polled even while there is no room, or it takes the partitions away.
            let isFull = pool.isFull
            try consumer.setPaused(isFull)
            if let record = try consumer.poll(timeoutMs: 50) {
                if known.insert(record.partition).inserted {
                    try read(&marks, since: record.timestampMs, log)
                    // Read in part, they would have an attempt made too early, under a wrong number.
                    guard !isStopped.load(ordering: .acquiring) else { break }
                }
                let source = Delivery.Source(partition: record.partition, offset: record.offset)
                let (delivery, nextMs) = delivery(of: record, from: source, &marks)
                pool.add(delivery, from: source, nextMs: nextMs)
            }
            // What another member had meanwhile has marks of its.
            known.formIntersection(try consumer.assignment().map(\.partition))
            try settle()
        }
        pool.stop()
        try settle()
    }

    /// Reads the marks of what was said since a moment (Unix ms): those of a notification are younger
    /// than it is.
    private func read(
        _ marks: inout DeliveryMarks, since ms: Int64, _ log: @escaping KafkaLogHandler
    ) throws(KafkaError) {
        let reader = try KafkaReader(context.kafka, log: log)
        defer { reader.stop() }
        let fromMs = max(0, ms - Self.clockSlackMs)
        try reader.start(topic: BusTopic.effect.rawValue, from: .time(ms: fromMs))
        try reader.readToEnd(
            deadlineMs: Self.marksDeadlineMs,
            while: { !isStopped.load(ordering: .acquiring) }
        ) { record in
            guard let value = record.value, let envelope = try? Envelope(parsing: value),
                let effect = try? envelope.payload(as: EffectPayload.self)
            else { return }
            marks.take(effect)
        }
    }

    /// What the record asks to deliver, and when.
    private func delivery(
        of record: ReadRecord, from source: Delivery.Source, _ marks: inout DeliveryMarks
    ) -> (Delivery?, nextMs: Int64?) {
        guard let value = record.value, let envelope = try? Envelope(parsing: value),
            let notification = try? envelope.payload(as: NotificationPayload.self)
        else {
            // nervous-system alone writes this topic, in transactions: not to be expected.
            context.logger.error(
                "a notification cannot be read", ["offset": "\(record.offset)"])
            notifications.add(for: "unreadable")
            return (nil, nil)
        }
        let mark = marks.remove(envelope.id)
        return (
            Delivery(
                id: envelope.id, saidMs: envelope.ts, notification: notification, source: source,
                mark: mark), mark?.nextMs
        )
    }

    private func count(_ effect: EffectPayload) {
        guard DeliveryMark(effect) == nil else { return notifications.add(for: "tried") }
        let isDelivered = effect.type == "notification_delivered"
        notifications.add(for: isDelivered ? "delivered" : "failed")
        guard !isDelivered else { return }
        context.logger.error(
            "a notification reached nobody",
            [
                "id": effect.subjectId, "service": effect.service, "reason": effect.reason ?? "",
            ])
    }

    private func say(_ effects: [EffectPayload], _ producer: KafkaProducer) throws {
        let failuresBefore = producer.failedPosts
        for effect in effects { producer.post(try record(of: effect)) }
        try producer.flush(deadlineMs: 30_000)
        guard producer.failedPosts == failuresBefore else {
            throw KafkaError(.timedOut, isRetriable: true, "an effect was not delivered")
        }
    }

    private func record(of effect: EffectPayload) throws -> NewRecord {
        // The id derives from the notification's, and of a mark from the attempt's number: said
        // twice, it is one message.
        let mark = DeliveryMark(effect)
        let envelope = try Envelope(
            id: DerivedID.make(
                from: effect.subjectId, ordinal: mark?.attempts ?? 0, salt: "notifier"),
            ts: SystemClock.nowMs(), role: .service, effect)
        return NewRecord(
            topic: BusTopic.effect.rawValue, key: Array(effect.service.utf8),
            value: try envelope.serialized(),
            headers: MessageHeaders.make(
                for: envelope, source: "nervous-system", traceparent: nil)
                + AttemptHeaders(
                    attempt: effect.attempts ?? 1, firstMs: effect.firstAt, nextMs: effect.nextAt
                ).headers)
    }

    /// Waits, or until the service is ending.
    private func pause(_ ms: Int64) {
        let untilMs = SystemClock.monotonicMs() + ms
        while !isStopped.load(ordering: .acquiring) {
            let restMs = untilMs - SystemClock.monotonicMs()
            guard restMs > 0 else { return }
            let seen = wakeup.seen
            if isStopped.load(ordering: .acquiring) { return }
            wakeup.wait(since: seen, timeoutMs: restMs)
        }
    }
}
