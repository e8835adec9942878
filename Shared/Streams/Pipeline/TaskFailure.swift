/// Why a task has ended, and what mends it.
public struct TaskFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is to be done about it.
    public enum Remedy: String, Sendable, Hashable {
        /// Start the task again: a new producer takes over where the last commit left off.
        case restart
        /// Another owner has the task: leave it to that one.
        case giveUp = "give_up"
        /// Starting again would not help, and going on would lose or repeat something: a person
        /// has to look.
        case person
    }

    /// What is wrong. The raw value is stable, for logs and for health.
    public enum Code: String, Sendable, Hashable {
        /// The log failed.
        case log
        /// Another owner has taken the task over.
        case fenced
        /// There are tables, but neither they nor the group say how far the inputs were taken: a
        /// start from the beginning would take everything twice.
        case offsetsLost = "offsets_lost"
        /// The input has dropped messages (by its retention) before they were taken.
        case inputLost = "input_lost"
        /// The changelog holds what this program cannot have written, or a later one has.
        case changelogCorrupt = "changelog_corrupt"
        /// The changelog's head is deleted, it is empty although its task has committed, or it ends
        /// before the end that it had when the restore began.
        case changelogTruncated = "changelog_truncated"
        /// A transaction of another producer is open on the changelog and does not end.
        case changelogHanging = "changelog_hanging"
    }

    /// What is wrong.
    public let code: Code
    /// What happened, for people.
    public let message: String
    /// The failure of the log behind it.
    public let cause: LogError?

    /// A failure.
    public init(_ code: Code, _ message: String, cause: LogError? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The failure that an error of the log is.
    public init(_ error: LogError) {
        self.init(error.kind == .fenced ? .fenced : .log, error.message, cause: error)
    }

    /// What is to be done about it.
    public var remedy: Remedy {
        switch code {
        case .log: .restart
        case .fenced: .giveUp
        case .offsetsLost, .inputLost, .changelogCorrupt, .changelogTruncated, .changelogHanging:
            .person
        }
    }

    /// "offsets_lost: ...".
    public var description: String {
        "\(code.rawValue): \(cause.map { "\($0)" } ?? message)"
    }
}
