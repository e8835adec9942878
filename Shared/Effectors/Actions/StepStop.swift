internal import Contracts
internal import HTTP
internal import Processes

/// Ends a step from another thread: the program that runs is killed, the request is given up, and
/// no attempt follows.
final class StepStop: Sendable {
    private struct State {
        var isStopped = false
        var child: ChildProcess?
    }

    private let state = Locked(State())
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
        child?.kill()
    }
}
