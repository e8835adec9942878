internal import Contracts
internal import JSON

/// Which dead letters somebody means.
public struct DeadLetterFilter: Sendable, Hashable {
    /// Only those with this reason.
    public var code: String?
    /// Only those that this service could not take.
    public var service: String?
    /// Only those with this key.
    public var key: String?
    /// Only those whose `payload.type` is this.
    public var type: String?
    /// Only those whose message, or what is wrong with it, contains this.
    public var text: String?
    /// Only those that came to lie here at or after this, Unix ms.
    public var fromMs: Int64?
    /// Only those that came to lie here before this, Unix ms.
    public var untilMs: Int64?

    /// A filter that passes what all of these pass.
    public init(
        code: String? = nil, service: String? = nil, key: String? = nil, type: String? = nil,
        text: String? = nil, fromMs: Int64? = nil, untilMs: Int64? = nil
    ) {
        self.code = code
        self.service = service
        self.key = key
        self.type = type
        self.text = text
        self.fromMs = fromMs
        self.untilMs = untilMs
    }

    /// Whether it passes a letter.
    public func passes(_ letter: DeadLetterRecord) -> Bool {
        if let code, code != letter.code { return false }
        if let service, service != letter.service { return false }
        if let key, Array(key.utf8) != letter.key { return false }
        if let fromMs, letter.failedAtMs ?? 0 < fromMs { return false }
        if let untilMs, letter.failedAtMs ?? 0 >= untilMs { return false }
        // Last, for they look into the message.
        if let text, !contains(text, letter) { return false }
        if let type, type != letter.payloadType { return false }
        return true
    }

    private func contains(_ text: String, _ letter: DeadLetterRecord) -> Bool {
        letter.message.contains(text)
            || letter.value.map { String(decoding: $0, as: UTF8.self).contains(text) } ?? false
    }
}
