internal import Contracts
internal import HTTP
internal import Processes
internal import Streams

/// Ends a step from another thread: the program that runs is killed, the request is given up, and
/// no attempt follows.
final class StepStop: Sendable {
    private struct State {
        var isStopped = false
        var child: ChildProcess?
    }

    private let state = Locked(State())
    private let wakeup = Wakeup()
    /// Ends the request that is under way.
    let request = HTTPCancellation()

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Names the program that runs; one that comes too late is killed at once.
    func runs(_ child: ChildProcess?) {
        let isLate = state.withLock { state in
            state.child = child
            return state.isStopped
        }
        if isLate { child?.kill() }
    }

    func stop() {
        request.cancel()
        let child = state.withLock { state in
            state.isStopped = true
            return state.child
        }
        wakeup.notify()
        child?.kill()
    }

    /// Waits for so long.
    /// - Returns: false if it was stopped.
    @discardableResult
    func wait(ms: Int64) -> Bool {
        let seen = wakeup.seen
        guard !isStopped else { return false }
        wakeup.wait(since: seen, timeoutMs: ms)
        return !isStopped
    }
}
