internal import Contracts
public import HTTP
internal import JSON

/// Posts notifications to a webhook: at least once, each under a stable key, so that the receiver
/// can tell a repetition.
public struct WebhookNotifier: Sendable {
    let settings: WebhookSettings
    private let contacts: [String: WebhookSettings]
    private let client: HTTPClient

    /// A notifier.
    /// - Parameters:
    ///   - settings: for everybody, and for those of a contact that is not there: better told to
    ///     all than to nobody.
    ///   - contacts: addresses and headers by the names of contacts.
    public init(
        settings: WebhookSettings, contacts: [String: WebhookSettings] = [:], client: HTTPClient
    ) {
        self.settings = settings
        self.contacts = contacts
        self.client = client
    }

    /// Posts a notification once.
    func post(_ notification: NotificationPayload, id: String) -> DeliveryResult {
        var headers: HTTPHeaders = [
            "Content-Type": "application/json", "Idempotency-Key": id,
        ]
        let place = notification.contact.flatMap { contacts[$0] } ?? settings
        for (name, value) in place.headers { headers[name] = value }
        guard let body = body(notification, id: id) else { return .refused("cannot be encoded") }
        do throws(HTTPClientError) {
            let response = try client.send(
                .post, place.url, headers: headers, body: body,
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
        fields["contact"] = notification.contact.map { .string($0) }
        fields["severity"] = notification.severity.map { .string($0.rawValue) }
        return try? JSONValue.object(fields).serialized()
    }
}
