import Processes
import Runtime
import TestKit

/// The program `simulator`, as a process of its own.
enum SimulatorProcess {
    struct Result {
        let exitCode: Int32?
        let output: String
    }

    static func run(_ arguments: [String]) async throws -> Result {
        let process = try ChildProcess.start(
            ProjectPaths.path(".build/debug/simulator"),
            arguments + ["--home", ProjectPaths.root], output: .capture, errorOutput: .discard)
        let status = await process.terminationStatus(within: .seconds(120))
        if status == nil { process.kill() }
        guard case .exited(let code) = status else { return Result(exitCode: nil, output: "") }
        return Result(exitCode: code, output: process.output.text)
    }
}
