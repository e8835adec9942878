/// A known mistake that a pipeline or an in-process log makes when told to, so that tests can show
/// that they would find it. Nothing outside tests and the simulator can tell it so.
package enum PlantedBug: String, Sendable, Hashable, CaseIterable {
    /// A restore ends at the last stable offset of the changelog, not at its high watermark.
    case restoreToStableEnd = "restore-to-lso"
    /// The changelog's end is taken before the owner before is fenced and the offsets are read.
    case endBeforeOffsets = "end-before-offsets"
    /// Transactional ids belong to processes: no new owner fences the one before.
    case idOfProcess = "id-of-process"
    /// Offsets are committed at once, whatever becomes of the transaction.
    case offsetsOutside = "offsets-outside"
    /// An abort does not undo what the transaction has changed in the tables.
    case mergedBeforeCommit = "merged-before-commit"
    /// Ids of messages are drawn, not derived.
    case randomIDs = "random-ids"
}
