internal import Streams

/// A task that a process owns: its pipeline, while there is one, and when it is to be stepped or
/// started again. Times are in ms passed.
struct SimulatedTask<R: Reducer> {
    var pipeline: TaskPipeline<R, SimulatedLog>?
    var log: SimulatedLog?
    var readyMs: Int64
    /// When it is started again.
    var restartMs: Int64?
    var failures = 0
    /// Whether its tables were held against the serial replay since it was restored.
    var isChecked = false
    var hasStopped = false
}
