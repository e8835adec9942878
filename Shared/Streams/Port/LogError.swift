/// A failure of a log, sorted by what is to be done about it: policy reads the flags, never text.
public struct LogError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the caller has to do.
    public enum Kind: String, Sendable, Hashable {
        /// Abort the transaction, drop its changes, go back to the committed offsets, begin again.
        case abortable
        /// Call again with the same arguments.
        case retriable
        /// Another owner has taken the task over: give it up, and do not come back by itself.
        case fenced
        /// The task's producer is of no more use: close the task, and start it again.
        case fatal
    }

    /// What the caller has to do.
    public let kind: Kind
    /// The log's own stable name of the error, such as `_TIMED_OUT`.
    public let code: String
    /// What happened, for people.
    public let message: String

    /// An error.
    public init(_ kind: Kind, code: String, _ message: String) {
        self.kind = kind
        self.code = code
        self.message = message
    }

    /// "abortable ILLEGAL_GENERATION: ...".
    public var description: String { "\(kind.rawValue) \(code): \(message)" }
}
