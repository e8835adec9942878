public import Contracts

/// A notification on its way to the webhook.
public struct Delivery: Sendable, Hashable {
    /// Where its record lies.
    public struct Source: Sendable, Hashable {
        /// The partition of `nervous.notification`.
        public let partition: Int32
        /// Its offset there.
        public let offset: Int64

        /// A place.
        public init(partition: Int32, offset: Int64) {
            self.partition = partition
            self.offset = offset
        }
    }

    /// The message's id: the stable key under which it is posted.
    public let id: String
    /// When it was said, Unix ms.
    public let saidMs: Int64
    /// What is posted.
    public let notification: NotificationPayload
    /// Where its record lies.
    public let source: Source
    /// Which attempt this is, from 1.
    public internal(set) var attempt: Int
    /// When the first attempt began, Unix ms; nil: none was made yet.
    public internal(set) var firstMs: Int64?

    /// A notification that is to be tried.
    /// - Parameter mark: what is on record of the attempts so far; nil: none was made.
    public init(
        id: String, saidMs: Int64, notification: NotificationPayload, source: Source,
        mark: DeliveryMark? = nil
    ) {
        attempt = (mark?.attempts ?? 0) + 1
        firstMs = mark?.firstMs
        self.id = id
        self.saidMs = saidMs
        self.notification = notification
        self.source = source
    }

    /// What is told in order: all of one incident, or what a service has to say without one.
    var thread: String { notification.incidentId ?? notification.service }

    /// What is said on `nervous.effect` of its end.
    func effect(_ result: DeliveryResult) -> EffectPayload {
        let isDelivered = result == .delivered
        return EffectPayload(
            type: isDelivered ? "notification_delivered" : "notification_failed", subjectId: id,
            service: notification.service, incidentId: notification.incidentId,
            code: isDelivered ? nil : OutcomeCode.undelivered.rawValue,
            reason: result.reason ?? "posted to the webhook: \(notification.title)",
            attempts: attempt, firstAt: firstMs)
    }

    /// What is said on `nervous.effect` of an attempt that is followed by another one.
    func tried(_ reason: String, nextMs: Int64) -> EffectPayload {
        EffectPayload(
            type: DeliveryMark.type, subjectId: id, service: notification.service,
            incidentId: notification.incidentId, code: OutcomeCode.undelivered.rawValue,
            reason: reason, attempts: attempt, firstAt: firstMs, nextAt: nextMs)
    }
}

/// What came of one attempt.
public enum DeliveryResult: Sendable, Hashable {
    /// The webhook has it.
    case delivered
    /// It may be taken another time.
    case failed(String)
    /// Not worth another attempt: the receiver understood and does not want it.
    case refused(String)

    var reason: String? {
        switch self {
        case .delivered: nil
        case .failed(let reason), .refused(let reason): reason
        }
    }
}
