/// What a command line comes to.
public enum ParseResult: Sendable {
    /// A command is to run with these values.
    case run(ParsedCommand)
    /// Help or version: goes to standard output, exit status 0.
    case text(String)
    /// A shell asks how a line could go on.
    case complete(CompletionRequest)
    /// The line is wrong: goes to standard error, exit status 2.
    case failure(UsageError)
}

/// A command and its values, ready to run.
public struct ParsedCommand: Sendable {
    /// The names from the tool's down: `["dreamnet", "topics", "plan"]`.
    public let path: [String]
    /// What the arguments are.
    public let values: ArgumentValues
    let run: ToolCommand.Run
}
