/// How important a line of a log is.
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    /// For whoever looks for a fault.
    case debug
    /// What a service does.
    case info
    /// What mends itself, and should not be.
    case warning
    /// What somebody has to mend.
    case error

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }

    /// By importance.
    public static func < (one: LogLevel, other: LogLevel) -> Bool { one.rank < other.rank }
}
