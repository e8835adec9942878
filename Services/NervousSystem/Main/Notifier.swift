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
/// it. At least once, under a stable key.
final class Notifier: Companion {
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
            if !effects.isEmpty { try say(effects, producer) }
            for (partition, next) in positions {
                try consumer.commit(
                    topic: BusTopic.notification.rawValue, partition: partition, next: next)
            }
        }
        while !isStopped.load(ordering: .acquiring) {
            // The group is polled even while there is no room, or it takes the partitions away.
            let isFull = pool.isFull
            try consumer.setPaused(isFull)
            if let record = try consumer.poll(timeoutMs: 50) {
                let source = Delivery.Source(partition: record.partition, offset: record.offset)
                pool.add(delivery(of: record, from: source), from: source)
            }
            try settle()
        }
        pool.stop()
        try settle()
    }

    /// What the record asks to deliver.
    private func delivery(of record: ReadRecord, from source: Delivery.Source) -> Delivery? {
        guard let value = record.value, let envelope = try? Envelope(parsing: value),
            let notification = try? envelope.payload(as: NotificationPayload.self)
        else {
            // nervous-system alone writes this topic, in transactions: not to be expected.
            context.logger.error(
                "a notification cannot be read", ["offset": "\(record.offset)"])
            notifications.add(for: "unreadable")
            return nil
        }
        return Delivery(
            id: envelope.id, saidMs: envelope.ts, notification: notification, source: source)
    }

    private func count(_ effect: EffectPayload) {
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
        // The id derives from the notification's: said twice, it is one message.
        let envelope = try Envelope(
            id: DerivedID.make(from: effect.subjectId, ordinal: 0, salt: "notifier"),
            ts: SystemClock.nowMs(), role: .service, effect)
        return NewRecord(
            topic: BusTopic.effect.rawValue, key: Array(effect.service.utf8),
            value: try envelope.serialized(),
            headers: MessageHeaders.make(
                for: envelope, source: "nervous-system", traceparent: nil))
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
