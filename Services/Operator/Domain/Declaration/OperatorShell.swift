public import CommandLineKit

/// The world that the tool needs: it carries tasks out, completes names, knows the time, and makes
/// ids that nobody has used.
public protocol OperatorShell: Sendable {
    /// Carries a task out and prints what comes of it.
    func perform(_ task: OperatorTask, _ invocation: Invocation) async throws -> ExitCode
    /// Names of a kind for a shell that completes a line; none if they are not known in time.
    func candidates(
        _ kind: NameKind, for request: CompletionRequest
    ) async -> [CompletionCandidate]
    /// Unix ms.
    func nowMs() -> Int64
    /// 128 random bits in hexadecimal digits.
    func newID() -> String
}
