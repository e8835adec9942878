/// One line of an incident's timeline.
public struct TimelineEntry: Codable, Sendable, Hashable {
    /// When, Unix ms.
    public var ts: Int64
    /// `alert`, `incident`, `action`, `person`, `notification`.
    public var kind: String
    /// What happened.
    public var text: String
    /// Who did it.
    public var author: String?
    /// The message behind it.
    public var messageId: String?

    /// Makes one; what is not given is absent.
    public init(
        ts: Int64,
        kind: String,
        text: String,
        author: String? = nil,
        messageId: String? = nil
    ) {
        self.ts = ts
        self.kind = kind
        self.text = text
        self.author = author
        self.messageId = messageId
    }
}
