internal import CProcess
internal import Glibc

/// A child process in a process group of its own.
///
/// It is started from an argument vector, never through a shell; it has no descriptors but its
/// standard ones, and default signal handling. When this process ends, however it ends, the child
/// gets a signal (`SIGKILL` unless told otherwise). When the child ends, what is left of its
/// process group is killed. What a child moves to another group or session is its own affair,
/// unless it is started with `reaper`: then that ends as well.
///
///     let child = try ChildProcess.start("/usr/bin/git", ["status"], output: .capture)
///     let status = await child.terminationStatus(within: .seconds(5))
///     print(child.output.text)
public final class ChildProcess: Sendable {
    /// The process id; also the id of its process group. With a reaper it is the reaper's.
    public let processId: Int32
    private let state: ProcessState

    struct Plan: Sendable {
        var program: String
        var arguments: [String]
        var environment: ProcessEnvironment
        var workingDirectory: String?
        var input: ProcessInput
        var output: ProcessOutput
        var errorOutput: ProcessOutput?
        var onParentDeath: ParentDeathAction
        var reaper: ProcessReaper?
    }

    private let isReaped: Bool

    private init(processId: Int32, state: ProcessState, isReaped: Bool) {
        self.processId = processId
        self.state = state
        self.isReaped = isReaped
    }

    /// Starts a program; returns when it has been executed.
    ///
    /// - Parameters:
    ///   - program: A path, or a name to be looked for in `PATH`.
    ///   - arguments: The arguments after the program's name.
    ///   - environment: Its variables.
    ///   - workingDirectory: Its working directory; `nil` for this process's.
    ///   - input: What it reads.
    ///   - output: Where its standard output goes.
    ///   - errorOutput: Where its error output goes; `nil` for where its standard output goes.
    ///   - onParentDeath: What becomes of it when this process ends, however it ends. With a
    ///     reaper it is killed, whatever stands here.
    ///   - reaper: Stands between, and ends whatever the program forked; nil: nobody does.
    /// - Throws: `ChildProcessError` if it cannot be started.
    public static func start(
        _ program: String, _ arguments: [String] = [],
        environment: ProcessEnvironment = .inherited, workingDirectory: String? = nil,
        input: ProcessInput = .none, output: ProcessOutput = .discard,
        errorOutput: ProcessOutput? = .discard, onParentDeath: ParentDeathAction = .kill,
        reaper: ProcessReaper? = nil
    ) throws(ChildProcessError) -> ChildProcess {
        let state = ProcessState()
        ProcessWatcher.launch(
            Plan(
                program: program, arguments: arguments, environment: environment,
                workingDirectory: workingDirectory, input: input, output: output,
                errorOutput: errorOutput, onParentDeath: onParentDeath, reaper: reaper), state)
        return ChildProcess(
            processId: try state.awaitStart().get(), state: state, isReaped: reaper != nil)
    }

    /// How it ended; `nil` while it runs.
    public var terminationStatus: TerminationStatus? { state.currentStatus() }

    /// Its standard output so far, if that is captured; complete once it has ended.
    public var output: CapturedOutput { state.output(ofStream: 0) }

    /// Its error output so far, if that is captured; complete once it has ended.
    public var errorOutput: CapturedOutput { state.output(ofStream: 1) }

    /// Blocks the calling thread until the child has ended, or `limit` is over: `nil`.
    public func wait(atMost limit: Duration) -> TerminationStatus? { state.wait(atMost: limit) }

    /// Suspends until the child has ended; `nil` if `limit` is over or the task is cancelled first.
    public func terminationStatus(within limit: Duration) async -> TerminationStatus? {
        await withTaskGroup(of: TerminationStatus?.self) { group in
            group.addTask { await self.state.ended() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
    }

    /// Sends a signal to the child alone. Does nothing once it has ended.
    public func send(signal: Int32) {
        state.whileAlive { _ = Glibc.kill(processId, signal) }
    }

    /// Asks the child to end: `SIGTERM` to the child alone, which sees to its own children.
    public func terminate() { send(signal: SIGTERM) }

    /// Ends the child and its whole process group: `SIGKILL`. With a reaper whatever it forked ends.
    public func kill() {
        state.whileAlive {
            _ =
                isReaped
                ? Glibc.kill(processId, CPROCESS_END_ALL) : Glibc.kill(-processId, SIGKILL)
        }
    }

    /// `SIGTERM`, then, if the child has not ended within `grace`, `SIGKILL` for its group.
    /// Blocks the calling thread. Returns how it ended.
    @discardableResult
    public func stop(grace: Duration) -> TerminationStatus? {
        terminate()
        if let status = wait(atMost: grace) { return status }
        kill()
        return wait(atMost: .seconds(10))
    }
}
