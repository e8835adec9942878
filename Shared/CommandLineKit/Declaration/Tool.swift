internal import Glibc

/// A command line tool: a tree of commands under the tool's name.
///
/// `--help`, `-h`, `help COMMAND`, `--version`, the command `completions` and the hidden entry that
/// the completion scripts call come by themselves.
public struct Tool: Sendable {
    /// What a configuration file says, by the long names of options. It sees what the line and the
    /// environment say already (such as `--config`); what it throws is a usage error.
    public typealias Fallback = @Sendable (ArgumentValues) throws -> [String: FileValue]

    let root: ToolCommand
    let version: String
    let fallback: Fallback?

    /// A tool. The root's name is the name of the executable.
    public init(_ root: ToolCommand, version: String, fallback: Fallback? = nil) {
        var root = root
        if !root.subcommands.isEmpty { root.append(CompletionScript.command(tool: root.name)) }
        self.root = root
        self.version = version
        self.fallback = fallback
    }

    /// What a line comes to. Nothing is done or printed.
    /// - Parameters:
    ///   - words: the line without the name of the executable.
    ///   - helpWidth: the columns that help may take.
    public func parse(
        _ words: [String], environment: [String: String] = [:], helpWidth: Int = 80
    ) -> ParseResult {
        Parser(
            root: root, version: version, environment: environment, fallback: fallback,
            helpWidth: helpWidth
        ).parse(words)
    }

    /// Parses and runs a line, and writes errors to `err`: what happened, then what to do next.
    public func run(
        _ words: [String], environment: [String: String], out: Console, err: Console
    ) async -> ExitCode {
        let helpWidth = min(out.width ?? 80, 100)
        switch parse(words, environment: environment, helpWidth: helpWidth) {
        case .text(let text):
            out.write(text)
            return .success
        case .complete(let request):
            for candidate in await request.candidates() { out.line(candidate.line) }
            return .success
        case .failure(let error):
            err.line(error.description)
            return .usage
        case .run(let parsed):
            let invocation = Invocation(parsed, environment: environment, out: out, err: err)
            do {
                return try await parsed.run(invocation)
            } catch {
                return report(error, to: err)
            }
        }
    }

    /// Runs the process's own line and ends the process.
    public func main() async -> Never {
        let environment = CurrentEnvironment.all()
        let code = await run(
            Array(CommandLine.arguments.dropFirst()), environment: environment,
            out: .standardOutput(environment: environment),
            err: .standardError(environment: environment))
        exit(Int32(code.rawValue))
    }

    private func report(_ error: any Error, to err: Console) -> ExitCode {
        switch error {
        case let usage as UsageError:
            err.line(usage.description)
            return .usage
        case let failure as CommandFailure:
            for (index, line) in Self.lines(failure.message).enumerated() {
                err.line(err.style((index == 0 ? "\(root.name): " : "  ") + line, .bad))
            }
            if let cause = failure.cause { err.line("Cause: \("\(cause)".sanitized)") }
            for line in failure.hint.map(Self.lines) ?? [] { err.line(line) }
            return failure.exitCode
        default:
            err.line(err.style("\(root.name): \("\(error)".sanitized)", .bad))
            return .failure
        }
    }

    /// The lines of a text, each without what drives a terminal.
    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { String($0).sanitized }
    }
}
