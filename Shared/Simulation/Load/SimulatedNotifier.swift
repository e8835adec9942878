internal import Contracts
internal import Signing
internal import Streams

/// The effector behind `nervous.notification`, which posts and says what became of it: at least
/// once, for it dies between the two now and then.
final class SimulatedNotifier {
    private let world: World
    private var positions: [Int64]

    init(_ world: World) {
        self.world = world
        positions = Array(repeating: 0, count: world.plan.partitions)
    }

    /// Takes the next notification, if there is one and the broker answers.
    func step() {
        guard !world.isOut, let (partition, record) = next() else { return }
        if let value = record.value, let envelope = try? Envelope(parsing: value),
            let notification = try? envelope.payload(as: NotificationPayload.self)
        {
            say(notification, id: envelope.id)
        } else {
            world.report(
                .accounting, "nervous.notification[\(partition)]@\(record.offset): no such")
        }
        // It dies before it has committed what it has taken, and takes it again.
        guard world.isCalm || world.random.chance(4, of: 5) else { return world.note(.duplicate) }
        positions[partition] = record.offset + 1
    }

    /// Whether there is nothing left to take.
    var isAtRest: Bool { next() == nil }

    private func next() -> (partition: Int, record: InProcessRecord)? {
        for partition in positions.indices {
            if let record = world.broker.record(
                BusTopic.notification.rawValue, partition: Int32(partition),
                from: positions[partition])
            {
                return (partition, record)
            }
        }
        return nil
    }

    private func say(_ notification: NotificationPayload, id: String) {
        let sum = id.utf8.reduce(0) { $0 &+ Int($1) }
        var effect = EffectPayload(
            type: sum % 4 == 0 ? "notification_failed" : "notification_delivered", subjectId: id,
            service: notification.service, incidentId: notification.incidentId, attempts: 1)
        // Some take two attempts, and the first one is on record before the second.
        if sum % 5 == 0 {
            var tried = effect
            tried.type = "notification_tried"
            tried.firstAt = world.nowMs
            tried.nextAt = world.nowMs
            say(tried, ordinal: 1)
            effect.attempts = 2
            effect.firstAt = world.nowMs
        }
        say(effect, ordinal: 0)
    }

    private func say(_ effect: EffectPayload, ordinal: Int) {
        let id = effect.subjectId
        guard
            let envelope = try? Envelope(
                id: DerivedID.make(from: id, ordinal: ordinal, salt: "notifier"), ts: world.nowMs,
                role: .service, effect),
            let value = try? envelope.serialized()
        else { return world.report(.accounting, "an effect of \(id) is no message") }
        try? world.broker.produce(
            BusTopic.effect.rawValue, key: Array(effect.service.utf8), value: value,
            headers: MessageHeaders.make(
                for: envelope, source: "nervous-system", traceparent: nil))
    }
}
