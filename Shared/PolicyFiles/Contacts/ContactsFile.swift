internal import Contracts
internal import Effectors
internal import YAML

/// config/contacts.yaml.
struct ContactsFile {
    static let name = "config/contacts.yaml"

    /// The notifier does not poll while it tries: a minute under Kafka's `max.poll.interval.ms`.
    private static let longestMaxMs: Int64 = 240_000

    static func read(_ home: PolicyHome, _ findings: inout Findings) -> ContactsPolicy {
        var policy = ContactsPolicy(homePath: home.path)
        guard let map = home.optionalMapping(of: name, &findings) else { return policy }
        let webhook = findings.read { () throws(YAMLError) in try map.optionalMapping("webhook") }
        if let webhook = webhook ?? nil {
            policy.webhook = read(webhook: webhook, &findings)
        } else if webhook != nil {
            findings.warn("no webhook: nobody will be told", at: map.mark)
        }
        policy.contacts = contacts(map, &findings)
        if policy.webhook == nil, let field = map.optional("contacts"), !policy.contacts.isEmpty {
            findings.conflict("contacts: none without a webhook for all others", at: field.mark)
        }
        findings.close(map)
        return policy
    }

    private static func read(
        webhook map: YAMLMapping, _ findings: inout Findings
    ) -> ContactsPolicy.Webhook? {
        let destination = destination(map, &findings)
        var settings = WebhookSettings(url: "")
        findings.set(&settings.timeoutMs) { () throws(YAMLError) in
            try map.optionalDurationMs("timeout", in: 100...60_000).map(Int.init)
        }
        findings.set(&settings.attemptsMax) { () throws(YAMLError) in
            try map.optionalInt("attempts", in: 1...100)
        }
        findings.set(&settings.backoffMs) { () throws(YAMLError) in
            try map.optionalDurationMs("backoff", in: 10...60_000)
        }
        findings.set(&settings.backoffMaxMs) { () throws(YAMLError) in
            try map.optionalDurationMs("backoffMax", in: 10...3_600_000)
        }
        if settings.backoffMaxMs < settings.backoffMs {
            let place = map.optional("backoffMax") ?? map.optional("backoff")
            findings.conflict(
                "\(map.path).backoffMax: less than backoff, \(settings.backoffMs) ms",
                at: place?.mark ?? map.mark)
        }
        if settings.longestMs > longestMaxMs {
            let place = map.optional("attempts") ?? map.optional("timeout")
            findings.conflict(
                "\(map.path): attempts, timeout and pauses add up to \(settings.longestMs / 1000) s; "
                    + "at most \(longestMaxMs / 1000) s, or the group takes the notifier for dead",
                at: place?.mark ?? map.mark)
        }
        findings.close(map)
        return destination.map { ContactsPolicy.Webhook(destination: $0, settings: settings) }
    }

    /// Where to: the address and the headers.
    private static func destination(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> ContactsPolicy.Destination? {
        let url = self.url(of: map, &findings)
        var headers: [String: SecretSource] = [:]
        for (key, isFile) in [("headers", false), ("headerFiles", true)] {
            let entries = findings.read { () throws(YAMLError) in
                try map.optionalMapping(key)?.entries() ?? []
            }
            for (name, mark, field) in entries ?? [] {
                guard isHeaderName(name), headers[name] == nil else {
                    let what = headers[name] == nil ? "is no name of a header" : "is there twice"
                    findings.fail(
                        YAMLError(.invalidValue, "\(map.path).\(key): '\(name)' \(what)", at: mark))
                    continue
                }
                guard let text = findings.read({ () throws(YAMLError) in try field.string() })
                else { continue }
                headers[name] = SecretSource(
                    place: isFile ? .file(text) : .text(text), mark: field.mark, path: field.path)
            }
        }
        return url.map { ContactsPolicy.Destination(url: $0, headers: headers) }
    }

    /// Further webhooks by name, each for those that name it.
    private static func contacts(
        _ map: YAMLMapping, _ findings: inout Findings
    ) -> [String: ContactsPolicy.Destination] {
        var contacts: [String: ContactsPolicy.Destination] = [:]
        for (name, mark, field) in ActionsFile.entries(map, "contacts", &findings) {
            guard ActionsFile.isName(name), name != OutcomePayload.everyone else {
                findings.fail(
                    YAMLError(
                        .invalidValue,
                        "\(field.path): expected a name of a-z, 0-9 and '-', other than 'everyone'",
                        at: mark))
                continue
            }
            guard let own = findings.read({ () throws(YAMLError) in try field.mapping() }) else {
                continue
            }
            contacts[name] = destination(own, &findings)
            findings.close(own)
        }
        return contacts
    }

    /// Exactly one of `url`, `urlFile` and `urlEnvironment`. Messages never show the address.
    private static func url(of map: YAMLMapping, _ findings: inout Findings) -> SecretSource? {
        let fields = ["url", "urlFile", "urlEnvironment"].compactMap { key in
            map.optional(key).map { (key: key, field: $0) }
        }
        guard fields.count == 1, let (key, field) = fields.first else {
            findings.fail(map.error("expected one of url, urlFile and urlEnvironment"))
            return nil
        }
        guard let text = findings.read({ () throws(YAMLError) in try field.string() }) else {
            return nil
        }
        switch key {
        case "url":
            guard let address = WebAddress(text) else {
                findings.fail(
                    field.error("expected an http or https address, without user and password"))
                return nil
            }
            if address.isInTheClear {
                findings.warn("\(field.path): notifications go over plain http", at: field.mark)
            }
            return SecretSource(place: .text(text), mark: field.mark, path: field.path)
        case "urlFile":
            return SecretSource(place: .file(text), mark: field.mark, path: field.path)
        default:
            return SecretSource(place: .environment(text), mark: field.mark, path: field.path)
        }
    }

    /// A token of RFC 9110, section 5.6.2.
    private static func isHeaderName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte)
                    || (0x61...0x7a).contains(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
