/// An error for the person at the terminal: what happened, what to do next, the exit status.
/// Its texts are sanitized when they are printed.
public struct CommandFailure: Error, Sendable {
    /// The exit status that the tool ends with.
    public let exitCode: ExitCode
    /// What happened, one line.
    public let message: String
    /// What to do next, one line.
    public let hint: String?
    /// What it comes from.
    public let cause: (any Error)?

    /// A failure that ends the tool.
    public init(
        _ message: String, hint: String? = nil, exitCode: ExitCode = .failure,
        cause: (any Error)? = nil
    ) {
        self.message = message
        self.hint = hint
        self.exitCode = exitCode
        self.cause = cause
    }
}
