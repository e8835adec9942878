import CommandLineKit
import Contracts
import OperatorDomain

/// A shell that does nothing but remember what it was asked for.
final class RecordingShell: OperatorShell {
    static let nowMs: Int64 = 1_763_679_600_000
    private let asked = Locked<[OperatorTask]>([])

    func perform(_ task: OperatorTask, _ invocation: Invocation) async throws -> ExitCode {
        asked.withLock { $0.append(task) }
        return .success
    }

    func candidates(
        _ kind: NameKind, for request: CompletionRequest
    ) async -> [CompletionCandidate] {
        kind == .service ? ["checkout", "billing"] : []
    }

    func nowMs() -> Int64 { Self.nowMs }
    func newID() -> String { "00112233445566778899aabbccddeeff" }

    /// Runs a line and returns what it asked for, its exit status and what it said.
    static func run(
        _ words: [String], environment: [String: String] = ["USER": "alice"]
    ) async -> (tasks: [OperatorTask], code: ExitCode, text: String) {
        let shell = RecordingShell()
        let (out, err) = (CapturedOutput(), CapturedOutput())
        let tool = OperatorTool.make(version: "9.9.9", connection: [], shell: shell)
        let code = await tool.run(
            words, environment: environment, out: out.console(), err: err.console())
        return (shell.asked.withLock { $0 }, code, out.text + err.text)
    }

    /// The same of a line without quotes.
    static func run(
        _ line: String, environment: [String: String] = ["USER": "alice"]
    ) async -> (tasks: [OperatorTask], code: ExitCode, text: String) {
        await run(line.split(separator: " ").map(String.init), environment: environment)
    }

    /// The order that a line comes to.
    static func order(_ words: [String]) async throws -> (OperatorOrder, OrderOptions) {
        let (tasks, _, text) = await run(words)
        guard case .order(let order, let options)? = tasks.first else {
            throw CommandFailure("no order: \(text)")
        }
        return (order, options)
    }
}
