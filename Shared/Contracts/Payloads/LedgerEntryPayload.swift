/// What was done with a dead letter, by whom and when. Under the letter's place; a tombstone makes
/// the letter open again.
public struct LedgerEntryPayload: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.ledger
    /// The types that it stands for.
    public static let types = ["letter_resolved"]

    /// Always `letter_resolved`.
    public var type: String
    /// Where the letter lies: `signal/2/15`.
    public var place: String
    /// What was done with it.
    public var resolution: LetterResolution
    /// Who did it.
    public var author: String
    /// When, Unix ms.
    public var atMs: Int64
    /// The run of `dreamnet dlq` that did it.
    public var runId: String
    /// The id of the message that was sent in its place, if it was edited.
    public var messageId: String?
    /// Why.
    public var reason: String?

    /// Makes one; what is not given is absent.
    public init(
        type: String = "letter_resolved",
        place: String,
        resolution: LetterResolution,
        author: String,
        atMs: Int64,
        runId: String,
        messageId: String? = nil,
        reason: String? = nil
    ) {
        self.type = type
        self.place = place
        self.resolution = resolution
        self.author = author
        self.atMs = atMs
        self.runId = runId
        self.messageId = messageId
        self.reason = reason
    }
}
