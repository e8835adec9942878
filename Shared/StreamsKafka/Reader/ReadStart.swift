/// Where a reader begins.
public enum ReadStart: Sendable, Hashable {
    /// The first record that the partition still holds.
    case beginning
    /// What comes from now on.
    case end
    /// The first record whose timestamp is at or after this moment, Unix ms.
    case time(ms: Int64)
    /// So many offsets before the end (markers of transactions take offsets as well).
    case last(Int64)
    /// That offset, in every partition that is started.
    case offset(Int64)
}
