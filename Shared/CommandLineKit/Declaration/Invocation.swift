/// A command that runs: its values, its environment, and where it writes.
public struct Invocation: Sendable {
    /// The names from the tool's down: `["dreamnet", "topics", "plan"]`.
    public let path: [String]
    /// What the arguments are, and where each comes from.
    public let values: ArgumentValues
    /// The environment that the tool was started with.
    public let environment: [String: String]
    /// Results: standard output.
    public let out: Console
    /// Progress, questions and errors: standard error.
    public let err: Console

    /// An invocation, as a test of a command's `run` needs it.
    public init(
        _ parsed: ParsedCommand, environment: [String: String], out: Console, err: Console
    ) {
        path = parsed.path
        values = parsed.values
        self.environment = environment
        self.out = out
        self.err = err
    }

    /// The value of an argument; fails only if the command does not declare it.
    public subscript<Output>(_ argument: Argument<Output>) -> Output {
        get throws { try values[argument] }
    }

    /// Where a value came from; nil if there is neither a value nor a default.
    public func origin(of argument: any ArgumentDeclaration) -> ValueOrigin? {
        values.origin(of: argument)
    }
}
