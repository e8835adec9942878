/// What a task is doing.
public enum TaskState: UInt8, Sendable, Hashable {
    /// It takes its transactional id and looks at its offsets.
    case starting
    /// It fills its tables.
    case restoring
    /// It takes messages.
    case running
    /// It was stopped.
    case stopped
    /// It has failed, and waits to be started again.
    case failed
}

/// A task as others see it.
public struct TaskStatus: Sendable, Hashable {
    /// Its partition number.
    public let partition: Int32
    /// What it is doing.
    public let state: TaskState
    /// Why it has failed last, if it has.
    public let failure: TaskFailure?
    /// Its figures since its last start.
    public let figures: PipelineFigures
}

/// A service as others see it.
public struct ServiceStatus: Sendable, Hashable {
    /// What a service is doing.
    public enum State: String, Sendable, Hashable {
        /// Its group has not answered yet.
        case joining
        /// Its group has given it nothing at the moment: ready to take over.
        case standby
        /// A task of it is not running yet.
        case restoring
        /// All of its tasks are running.
        case running
        /// It has ended.
        case stopped
    }

    /// What it is doing.
    public let state: State
    /// The tasks that it owns, by partition number.
    public let tasks: [TaskStatus]
    /// How often a task was started again after a failure.
    public let restarts: Int
}

/// What happens to a service that is worth a line in a log.
public enum ServiceEvent: Sendable, Hashable {
    /// The group has given these partition numbers to this instance.
    case assigned([Int32])
    /// The group has taken them. Lost: another may own them already.
    case revoked([Int32], lost: Bool)
    /// Something about a task.
    case task(Int32, PipelineEvent)
    /// A failed task is started again after so many ms, if it is still owned then.
    case restarting(Int32, TaskFailure, inMs: Int64)
    /// The group cannot be reached, or says no; it is tried again.
    case groupFailed(LogError)
    /// The service has left its group.
    case left(forGood: Bool)
}
