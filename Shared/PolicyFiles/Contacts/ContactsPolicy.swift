public import Effectors
internal import Glibc
internal import YAML

/// Who is told (config/contacts.yaml). Secrets are read by ``webhookSettings(environment:)`` alone,
/// so that a check of the files needs none.
public struct ContactsPolicy: Sendable, Hashable {
    struct Destination: Sendable, Hashable {
        var url: SecretSource
        var headers: [String: SecretSource] = [:]
    }

    struct Webhook: Sendable, Hashable {
        var destination: Destination
        /// The rest; its address is empty.
        var settings = WebhookSettings(url: "")
    }

    let homePath: String
    var webhook: Webhook?
    /// Those that notifications name, beside the one for all others.
    var contacts: [String: Destination] = [:]

    /// Whether there is a webhook; if not, nobody is told.
    public var hasWebhook: Bool { webhook != nil }

    /// The webhook with its secrets; nil if there is none.
    /// - Throws: what is wrong with a secret; never the secret itself.
    public func webhookSettings(
        environment: (String) -> String? = Self.systemEnvironment
    ) throws(PolicyFilesError) -> WebhookSettings? {
        guard let webhook else { return nil }
        return try settings(webhook.destination, webhook.settings, environment)
    }

    /// The webhooks of the contacts, with their secrets, by name.
    /// - Throws: what is wrong with a secret; never the secret itself.
    public func contactSettings(
        environment: (String) -> String? = Self.systemEnvironment
    ) throws(PolicyFilesError) -> [String: WebhookSettings] {
        var all: [String: WebhookSettings] = [:]
        for (name, destination) in contacts.sorted(by: { $0.key < $1.key }) {
            all[name] = try settings(
                destination, webhook?.settings ?? WebhookSettings(url: ""), environment)
        }
        return all
    }

    private func settings(
        _ destination: Destination, _ others: WebhookSettings, _ environment: (String) -> String?
    ) throws(PolicyFilesError) -> WebhookSettings {
        let home = PolicyHome(path: homePath)
        var settings = others
        settings.url = try destination.url.value(home: home, environment: environment)
        guard WebAddress(settings.url) != nil else {
            throw destination.url.failure(
                .invalidValue, "expected an http or https address, without user and password")
        }
        for (name, source) in destination.headers.sorted(by: { $0.key < $1.key }) {
            let value = try source.value(home: home, environment: environment)
            guard value.utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == 0x09 }) else {
                throw source.failure(.invalidValue, "a header takes one line of ASCII")
            }
            settings.headers[name] = value
        }
        return settings
    }

    /// A variable of the process's environment.
    public static func systemEnvironment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
