internal import Contracts
internal import Synchronization

/// How a service's tasks are started and ended.
public struct ServiceSettings: Sendable, Hashable {
    /// How its pipelines work.
    public var pipeline = PipelineSettings()
    /// Longest wait of one poll of the group, ms.
    public var groupPollMs: Int32 = 100
    /// Longest that an assignment waits for its tasks to take their transactional ids, ms. Below
    /// `max.poll.interval.ms`.
    public var prepareMs: Int64 = 60_000
    /// Longest that a task may take to commit when it is stopped, ms; then it aborts.
    public var drainMs: Int64 = 5_000
    /// First wait before a failed task is started again, ms; doubled each time up to a minute.
    public var restartMs: Int64 = 500
    /// The wait after a task was fenced, ms: longer than the group's session, so that a member
    /// that the group has given up knows it by then and does not fence the owner in turn.
    public var fencedRestartMs: Int64 = 10_000

    /// The defaults.
    public init() {}
}

/// Runs a service: a member of its group, and a thread for each partition number that it owns.
///
/// `run` is the service's main loop; everything else may be called from any thread.
@safe
public final class ServiceRunner<M: GroupMember, R: Reducer>: @unchecked Sendable,
    GroupDelegate
{
    typealias Runner = TaskRunner<R, M.Task>

    let member: M
    let topology: Topology
    let identity: TaskIdentity
    let settings: ServiceSettings
    let clock: @Sendable () -> Int64
    let glance: (@Sendable () -> Int64)?
    let makeReducer: (Int32) -> R
    let observer: @Sendable (ServiceEvent) -> Void
    private let ownership: @Sendable ([Int32]) -> Void

    /// The tasks: changed by the main loop alone, read by all.
    let tasks = Locked<[Int32: OwnedTask<R, M.Task>]>([:])
    let restarts = Atomic<Int>(0)
    let hasJoined = Atomic<Bool>(false)
    private let stop = Atomic<UInt8>(0)
    private let turns = Atomic<UInt64>(0)
    private let hasEnded = Atomic<Bool>(false)
    private let watched = Locked<[Int32?: (progress: UInt64, sinceMs: Int64)]>([:])

    /// A service that has not joined its group yet.
    /// - Parameters:
    ///   - clock: Unix ms.
    ///   - glance: The same, as `TaskPipeline` takes it.
    ///   - ownership: told which partition numbers the service owns, whenever that changes.
    ///   - observer: told what is worth a line in a log; on any thread.
    ///   - makeReducer: the reducer of a partition number, with empty tables.
    public init(
        member: M, topology: Topology, identity: TaskIdentity,
        settings: ServiceSettings = ServiceSettings(), clock: @escaping @Sendable () -> Int64,
        glance: (@Sendable () -> Int64)? = nil,
        ownership: @escaping @Sendable ([Int32]) -> Void = { _ in },
        observer: @escaping @Sendable (ServiceEvent) -> Void = { _ in },
        makeReducer: @escaping (Int32) -> R
    ) {
        self.member = member
        self.topology = topology
        self.identity = identity
        self.settings = settings
        self.clock = clock
        self.glance = glance
        self.ownership = ownership
        self.observer = observer
        self.makeReducer = makeReducer
    }

    // MARK: From any thread

    /// The partition numbers that the service owns.
    public var ownedPartitions: [Int32] { tasks.withLock { $0.keys.sorted() } }

    /// What the service and its tasks are doing.
    public var status: ServiceStatus {
        let owned = tasks.withLock { $0.values.sorted { $0.partition < $1.partition } }
        let statuses = owned.map(\.status)
        let state: ServiceStatus.State =
            if hasEnded.load(ordering: .acquiring) {
                .stopped
            } else if statuses.isEmpty {
                hasJoined.load(ordering: .acquiring) ? .standby : .joining
            } else {
                statuses.allSatisfy { $0.state == .running } ? .running : .restoring
            }
        return ServiceStatus(
            state: state, tasks: statuses, restarts: restarts.load(ordering: .relaxed))
    }

    /// Asks for an end: `run` commits what is open, leaves the group and returns. `forGood` lets
    /// another instance take over at once; else the place is kept for a restart. Asked for both, it
    /// leaves for good.
    public func requestStop(forGood: Bool) {
        if forGood {
            stop.store(2, ordering: .releasing)
        } else {
            _ = stop.compareExchange(
                expected: 0, desired: 1, ordering: .acquiringAndReleasing)
        }
    }

    /// The task, or the main loop (nil), that has been in one call for the longest time, and how
    /// long, ms. Ask at short intervals: a process with one that is stuck beyond any time-out of
    /// the log has to exit, for nothing else ends such a call.
    public func longestCall(nowMs: Int64) -> (partition: Int32?, ms: Int64)? {
        guard !hasEnded.load(ordering: .acquiring) else { return nil }
        var progress: [Int32?: UInt64] = [nil: turns.load(ordering: .relaxed)]
        let owned = tasks.withLock { Array($0.values) }
        for task in owned {
            if let runner = task.runner, runner.state != .stopped, runner.state != .failed {
                progress[task.partition] = runner.progress
            }
        }
        return watched.withLock { watched in
            watched = progress.reduce(into: [:]) { next, entry in
                let (key, value) = entry
                let known = watched[key]
                next[key] = known?.progress == value ? known : (value, nowMs)
            }
            let longest = watched.min { $0.value.sinceMs < $1.value.sinceMs }
            return longest.map { ($0.key, nowMs - $0.value.sinceMs) }
        }
    }

    // MARK: The main loop

    /// Joins the group and works until `requestStop`.
    /// - Throws: what a person has to look at, or that another process runs under this name. All
    ///   tasks have been stopped then.
    public func run() throws(TaskFailure) {
        var failure: TaskFailure?
        while stop.load(ordering: .acquiring) == 0, failure == nil {
            turn()
            do throws(LogError) {
                try member.poll(timeoutMs: settings.groupPollMs, self)
            } catch {
                failure = judge(error)
            }
            if failure == nil { failure = tend() }
        }
        let forGood = stop.load(ordering: .acquiring) == 2
        member.leave(forGood: forGood, self)
        // What the group did not take back in `leave` it never gave: nothing runs without it.
        end(ownedPartitions, lost: true)
        hasEnded.store(true, ordering: .releasing)
        observer(.left(forGood: forGood))
        if let failure { throw failure }
    }

    /// Says that the main loop is alive.
    func turn() { turns.add(1, ordering: .relaxed) }

    func announce() { ownership(ownedPartitions) }

    private func judge(_ error: LogError) -> TaskFailure? {
        switch error.kind {
        case .fenced, .fatal:
            return TaskFailure(error)
        case .retriable, .abortable:
            observer(.groupFailed(error))
            return nil
        }
    }
}
