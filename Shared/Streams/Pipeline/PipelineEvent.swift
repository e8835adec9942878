/// What happens to a task that is worth a line in a log.
public enum PipelineEvent: Sendable, Hashable {
    /// The tables are filled, and the inputs are read from now on.
    case restored(records: Int, durationMs: Int64)
    /// The group's offset of an input (nil if it has none) is behind what the tables have taken: the
    /// input goes on where the tables say.
    case groupBehind(input: String, offset: Int64?, tables: Int64)
    /// A transaction was aborted; its messages are taken again.
    case aborted(LogError)
    /// A call has failed so many times in a row, and is made again.
    case retrying(LogError, attempts: Int)
    /// An input gives too many dead letters, and is slowed.
    case slowed(input: String)
    /// That is over.
    case unslowed(input: String)
    /// The task has ended.
    case failed(TaskFailure)
}
