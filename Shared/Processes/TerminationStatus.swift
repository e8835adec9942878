/// How a process ended.
public enum TerminationStatus: Sendable, Hashable, CustomStringConvertible {
    /// It ended by itself, with this status (0 means success).
    case exited(Int32)
    /// A signal ended it (`SIGKILL` is 9).
    case signaled(Int32)

    /// Whether it ended by itself with status 0.
    public var isSuccess: Bool { self == .exited(0) }

    /// For people: `exit status 3`, `signal 9`.
    public var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signaled(let signal): "signal \(signal)"
        }
    }
}
