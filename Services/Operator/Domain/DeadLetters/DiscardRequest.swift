public import Contracts

/// Which dead letters are given up, and where they are kept.
public struct DiscardRequest: Sendable, Hashable {
    /// The topic that they were meant for.
    public let topic: BusTopic
    /// Which of them.
    public let filter: DeadLetterFilter
    /// Why.
    public let reason: String
    /// The file that takes them before (JSON lines); nil: they are not kept.
    public let archive: String?
    /// Delete the queue's letters afterwards, those that were replayed or discarded before as well.
    public let deletes: Bool
    /// Say what would be done, and do nothing.
    public let isDryRun: Bool
    /// Whether the confirmation is given already.
    public let isConfirmed: Bool

    /// A request.
    public init(
        topic: BusTopic, filter: DeadLetterFilter, reason: String, archive: String?,
        deletes: Bool = false, isDryRun: Bool, isConfirmed: Bool
    ) {
        self.topic = topic
        self.filter = filter
        self.reason = reason
        self.archive = archive
        self.deletes = deletes
        self.isDryRun = isDryRun
        self.isConfirmed = isConfirmed
    }
}
