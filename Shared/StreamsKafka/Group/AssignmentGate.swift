internal import Contracts

/// Puts the beginnings of tasks and the assignment of their partitions into an order.
///
/// A task that is ready within the callback gives its offsets to the assignment. One that needs
/// longer finds its partitions assigned and paused, and seeks; one that sought before the
/// assignment would be told that nothing is assigned.
final class AssignmentGate: Sendable {
    private struct State {
        var isAssigned = false
        var starts: [Int32: [Int64]] = [:]
    }

    private let state = Locked(State())

    /// The task of a partition number wants to begin.
    /// - Returns: Whether the assignment is made already, so that the task has to seek.
    func requestStart(_ partition: Int32, at offsets: [Int64]) -> Bool {
        state.withLock { state in
            if !state.isAssigned { state.starts[partition] = offsets }
            return state.isAssigned
        }
    }

    /// Makes the assignment, with the beginnings that are known. Tasks wait until it is made.
    func assign<Failure: Error>(
        _ body: (_ starts: [Int32: [Int64]]) throws(Failure) -> Void
    ) throws(Failure) {
        try state.withLock { state throws(Failure) in
            try body(state.starts)
            state.isAssigned = true
        }
    }
}
