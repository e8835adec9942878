internal import Contracts
internal import Effectors
internal import HTTP
internal import PolicyFiles
internal import Runtime
internal import Signing
internal import Streams
internal import StreamsKafka
internal import Synchronization

/// The effector behind `nervous.notification`: posts to the webhook, says on `nervous.effect` what
/// became of it, and only then moves on. At least once, under a stable key.
final class Notifier: Companion {
    private let settings: WebhookSettings?
    private let context: ServiceContext
    private let isStopped = Atomic<Bool>(false)
    private let wakeup = Wakeup()
    private let thread = Locked<SystemThread?>(nil)
    private let notifications = Counter(
        "dreamnet_notifications_total", help: "Notifications, by what came of them.",
        label: "result")

    /// A page that has waited longer than this wakes nobody, ms: the past does not fire today. Seed
    /// 002 gives on-call five minutes to acknowledge.
    private static let pageMaxAgeMs: Int64 = 300_000

    init(_ contacts: ContactsPolicy, context: ServiceContext) throws {
        settings = try contacts.webhookSettings()
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
            settings: settings, client: HTTPClient(HTTPClientConfiguration())
        ) { ms in self.pause(ms) }
        while !isStopped.load(ordering: .acquiring) {
            do {
                try work(notifier)
            } catch {
                context.logger.warning("the notifier starts again", ["error": "\(error)"])
                _ = pause(1_000)
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
        while !isStopped.load(ordering: .acquiring) {
            guard let record = try consumer.poll(timeoutMs: 200) else { continue }
            guard let effect = deliver(record, notifier) else { continue }
            if let effect { try say(effect, producer) }
            try consumer.commit(record)
        }
    }

    /// What to say of a notification: nil if it has to be tried again after a restart, a nil
    /// inside if there is nothing to say.
    private func deliver(_ record: ReadRecord, _ notifier: WebhookNotifier) -> EffectPayload?? {
        guard let value = record.value, let envelope = try? Envelope(parsing: value),
            let notification = try? envelope.payload(as: NotificationPayload.self)
        else {
            // nervous-system alone writes this topic, in transactions: not to be expected.
            context.logger.error(
                "a notification cannot be read", ["offset": "\(record.offset)"])
            notifications.add(for: "unreadable")
            return .some(nil)
        }
        if notification.urgency == .page,
            SystemClock.nowMs() - envelope.ts > Self.pageMaxAgeMs
        {
            notifications.add(for: "stale")
            return EffectPayload(
                type: "notification_failed", subjectId: envelope.id,
                service: notification.service, incidentId: notification.incidentId,
                code: OutcomeCode.undelivered.rawValue,
                reason: "too old to wake anybody for: \(notification.title)", attempts: 0)
        }
        guard let effect = notifier.deliver(notification, id: envelope.id) else { return nil }
        let delivered = effect.type == "notification_delivered"
        notifications.add(for: delivered ? "delivered" : "failed")
        if !delivered {
            context.logger.error(
                "a notification reached nobody",
                [
                    "title": notification.title, "service": notification.service,
                    "reason": effect.reason ?? "",
                ])
        }
        return effect
    }

    private func say(_ effect: EffectPayload, _ producer: KafkaProducer) throws {
        // The id derives from the notification's: said twice, it is one message.
        let envelope = try Envelope(
            id: DerivedID.make(from: effect.subjectId, ordinal: 0, salt: "notifier"),
            ts: SystemClock.nowMs(), role: .service, effect)
        let record = NewRecord(
            topic: BusTopic.effect.rawValue, key: Array(effect.service.utf8),
            value: try envelope.serialized(),
            headers: MessageHeaders.make(
                for: envelope, source: "nervous-system", traceparent: nil))
        let failuresBefore = producer.failedPosts
        producer.post(record)
        try producer.flush(deadlineMs: 30_000)
        guard producer.failedPosts == failuresBefore else {
            throw KafkaError(.timedOut, isRetriable: true, "the effect was not delivered")
        }
    }

    /// Waits; false if the service is ending.
    private func pause(_ ms: Int64) -> Bool {
        let untilMs = SystemClock.monotonicMs() + ms
        while !isStopped.load(ordering: .acquiring) {
            let restMs = untilMs - SystemClock.monotonicMs()
            guard restMs > 0 else { return true }
            let seen = wakeup.seen
            if isStopped.load(ordering: .acquiring) { return false }
            wakeup.wait(since: seen, timeoutMs: restMs)
        }
        return false
    }
}
