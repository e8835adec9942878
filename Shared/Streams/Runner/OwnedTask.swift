/// A partition number that a service owns: its runner, while there is one, and when it is to be
/// started again. Changed under the lock of the service alone.
@safe final class OwnedTask<R: Reducer, L: TaskLog>: @unchecked Sendable {
    let partition: Int32
    let runner: TaskRunner<R, L>?
    /// Why it has failed last.
    let failure: TaskFailure?
    /// How often it has failed since it last ran well.
    let failures: Int
    /// When it is to be started again, Unix ms; nil while it runs.
    let restartMs: Int64?

    init(
        partition: Int32, runner: TaskRunner<R, L>?, failure: TaskFailure?, failures: Int,
        restartMs: Int64?
    ) {
        self.partition = partition
        self.runner = runner
        self.failure = failure
        self.failures = failures
        self.restartMs = restartMs
    }

    var status: TaskStatus {
        TaskStatus(
            partition: partition, state: runner?.state ?? .failed,
            failure: runner?.failure ?? failure,
            figures: runner?.metrics.figures ?? PipelineFigures())
    }
}
