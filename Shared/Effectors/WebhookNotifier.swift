public import Contracts
public import HTTP
internal import JSON

/// Posts notifications to a webhook: at least once, each under a stable key, so that the receiver
/// can tell a repetition.
public struct WebhookNotifier: Sendable {
    private let settings: WebhookSettings
    private let client: HTTPClient
    private let pause: @Sendable (_ ms: Int64) -> Bool

    /// A notifier. `pause` waits so many ms and says whether to go on (false: shutting down).
    public init(
        settings: WebhookSettings, client: HTTPClient,
        pause: @escaping @Sendable (_ ms: Int64) -> Bool
    ) {
        self.settings = settings
        self.client = client
        self.pause = pause
    }

    /// Posts a notification until it is taken or was tried often enough.
    /// - Returns: what became of it, for `nervous.effect`; nil if it was stopped before that was
    ///   known: the notification is to be posted again after a restart.
    public func deliver(_ notification: NotificationPayload, id: String) -> EffectPayload? {
        var reason = ""
        for attempt in 1...max(1, settings.attemptsMax) {
            switch post(notification, id: id) {
            case .delivered:
                return effect("notification_delivered", notification, id, nil, attempt)
            case .failed(let why):
                reason = why
                if attempt < settings.attemptsMax, !pause(settings.pauseMs(after: attempt)) {
                    return nil
                }
            case .refused(let why):
                return effect("notification_failed", notification, id, why, attempt)
            }
        }
        return effect(
            "notification_failed", notification, id, reason, max(1, settings.attemptsMax))
    }

    private enum Attempt {
        case delivered
        case failed(String)
        /// Not worth another attempt: the receiver understood and does not want it.
        case refused(String)
    }

    private func post(_ notification: NotificationPayload, id: String) -> Attempt {
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Idempotency-Key": id,
        ]
        for (name, value) in settings.headers { headers[name] = value }
        guard let body = body(notification, id: id) else { return .refused("cannot be encoded") }
        do throws(HTTPClientError) {
            let response = try client.send(
                .post, settings.url, headers: headers, body: body,
                timeoutMs: settings.timeoutMs)
            switch response.status {
            case 200..<300: return .delivered
            // Of the client errors, these two say "not now".
            case 408, 429, 500...: return .failed("the webhook answered \(response.status)")
            default: return .refused("the webhook answered \(response.status)")
            }
        } catch {
            return .failed("\(error)")
        }
    }

    /// The notification as JSON. `text` is what chat systems show, so it says all in one.
    private func body(_ notification: NotificationPayload, id: String) -> [UInt8]? {
        let commands = notification.commands ?? []
        let severity = notification.severity.map { "[\($0.rawValue)] " } ?? ""
        let text =
            ([severity + notification.title, notification.text] + commands.map { "  " + $0 })
            .joined(separator: "\n")
        var fields: [String: JSONValue] = [
            "id": .string(id), "urgency": .string(notification.urgency.rawValue),
            "service": .string(notification.service), "title": .string(notification.title),
            "text": .string(text), "commands": .array(commands.map { .string($0) }),
        ]
        fields["incidentId"] = notification.incidentId.map { .string($0) }
        fields["severity"] = notification.severity.map { .string($0.rawValue) }
        return try? JSONValue.object(fields).serialized()
    }

    private func effect(
        _ type: String, _ notification: NotificationPayload, _ id: String, _ reason: String?,
        _ attempts: Int
    ) -> EffectPayload {
        EffectPayload(
            type: type, subjectId: id, service: notification.service,
            incidentId: notification.incidentId,
            code: type == "notification_failed" ? OutcomeCode.undelivered.rawValue : nil,
            reason: reason ?? "posted to the webhook: \(notification.title)", attempts: attempts)
    }
}
