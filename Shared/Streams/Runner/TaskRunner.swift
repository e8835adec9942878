internal import Contracts
internal import Synchronization

/// One life of a task: a thread that drives a pipeline until it is stopped or fails.
///
/// The pipeline, its reducer and its log belong to the thread from `start` until `join` returns.
@safe final class TaskRunner<R: Reducer, L: TaskLog>: @unchecked Sendable {
    let partition: Int32
    let metrics: PipelineMetrics

    // Steps between two looks at whether the task is to stop, while messages pass through.
    private static var stepsMax: Int { 64 }

    private let pipeline: TaskPipeline<R, L>
    private let wakeup = Wakeup()
    private let stage = Atomic<UInt8>(TaskState.starting.rawValue)
    private let stop = Atomic<UInt8>(0)
    private let steps = Atomic<UInt64>(0)
    private let failed = Locked<TaskFailure?>(nil)
    private var thread: SystemThread?

    /// A runner of a pipeline that nobody else touches from now on.
    init(_ pipeline: TaskPipeline<R, L>, partition: Int32) {
        self.pipeline = pipeline
        self.partition = partition
        metrics = pipeline.metrics
    }

    var state: TaskState { TaskState(rawValue: stage.load(ordering: .acquiring)) ?? .failed }
    var failure: TaskFailure? { failed.withLock { $0 } }
    /// Grows with the steps: what does not grow is stuck in a call.
    var progress: UInt64 { steps.load(ordering: .relaxed) }

    /// Starts the thread.
    func start() throws(LogError) {
        do throws(SystemThread.StartError) {
            thread = try SystemThread { self.run() }
        } catch {
            throw LogError(.fatal, code: "thread", "\(error)")
        }
    }

    /// Asks for an end: 1 commits what is open, 2 aborts it.
    func requestStop(commit: Bool) {
        let wanted: UInt8 = commit ? 1 : 2
        if stop.load(ordering: .acquiring) < wanted { stop.store(wanted, ordering: .releasing) }
        wakeup.notify()
    }

    /// Waits until the task's state satisfies `condition`, at most `timeoutMs`.
    func wait(timeoutMs: Int64, until condition: (TaskState) -> Bool) -> Bool {
        let seen = wakeup.seen
        if condition(state) { return true }
        wakeup.wait(since: seen, timeoutMs: timeoutMs)
        return condition(state)
    }

    /// Waits until the thread has ended.
    func join() {
        thread?.join()
        thread = nil
    }

    private func run() {
        var current = TaskState.starting
        while true {
            let wanted = stop.load(ordering: .acquiring)
            if wanted != 0 { pipeline.requestStop(commit: wanted == 1) }
            steps.add(1, ordering: .relaxed)
            do throws(TaskFailure) {
                switch try pipeline.steps(atMost: Self.stepsMax) {
                case .next:
                    break
                case .wait(let ms):
                    pause(ms)
                case .stopped:
                    pipeline.close()
                    return enter(.stopped)
                }
            } catch {
                failed.withLock { $0 = error }
                pipeline.close()
                return enter(.failed)
            }
            guard current != .running else { continue }
            let reached: TaskState =
                pipeline.isRunning ? .running : pipeline.isPrepared ? .restoring : .starting
            if reached != current { enter(reached) }
            current = reached
        }
    }

    /// Waits, but not through a request to stop.
    private func pause(_ ms: Int64) {
        let seen = wakeup.seen
        if stop.load(ordering: .acquiring) == 2 { return }
        wakeup.wait(since: seen, timeoutMs: ms)
    }

    private func enter(_ state: TaskState) {
        stage.store(state.rawValue, ordering: .releasing)
        wakeup.notify()
    }
}
