/// How far a restore has come.
public enum RestoreProgress: Sendable, Hashable {
    /// Everything up to the end that was asked for is read.
    case done
    /// Records were read, and there is more.
    case progressed(position: Int64)
    /// Nothing was read although the end is not reached: a transaction of another producer is
    /// still open before it, or the broker does not answer.
    case waiting(position: Int64)
}
