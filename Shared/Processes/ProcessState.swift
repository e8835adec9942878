internal import Glibc

/// What the watching thread of a child and its users share: the status, once there is one, and
/// what was captured.
@safe final class ProcessState: @unchecked Sendable {
    typealias Waiter = CheckedContinuation<TerminationStatus?, Never>

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    // Everything below is guarded by the mutex.
    private var startResult: Result<Int32, ChildProcessError>?
    private var status: TerminationStatus?
    private var waiters: [UInt64: Waiter] = [:]
    private var nextWaiter: UInt64 = 0
    private var captured: [CapturedOutput] = [CapturedOutput(), CapturedOutput()]

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body()
    }

    // MARK: The watching thread's side

    func started(_ result: Result<Int32, ChildProcessError>) {
        locked {
            startResult = result
            unsafe pthread_cond_broadcast(condition)
        }
    }

    func append(_ bytes: ArraySlice<UInt8>, toStream stream: Int, limitBytes: Int) {
        locked { captured[stream].append(bytes, limitBytes: limitBytes) }
    }

    /// Reaps the child while nobody can signal it, since its id is anybody's from then on.
    func ended(reap: () -> TerminationStatus) {
        let (status, waiting) = locked {
            let status = reap()
            self.status = status
            let waiting = Array(waiters.values)
            waiters.removeAll()
            unsafe pthread_cond_broadcast(condition)
            return (status, waiting)
        }
        for waiter in waiting { waiter.resume(returning: status) }
    }

    // MARK: The users' side

    func awaitStart() -> Result<Int32, ChildProcessError> {
        locked {
            while true {
                if let startResult { return startResult }
                unsafe pthread_cond_wait(condition, mutex)
            }
        }
    }

    /// Runs `body` if the child has not been reaped.
    func whileAlive(_ body: () -> Void) {
        locked { if status == nil { body() } }
    }

    func currentStatus() -> TerminationStatus? { locked { status } }

    func output(ofStream stream: Int) -> CapturedOutput { locked { captured[stream] } }

    /// Blocks the thread until the child has ended, or the time is over: `nil`.
    func wait(atMost limit: Duration) -> TerminationStatus? {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let bounded = min(max(limit, .zero), .seconds(1 << 31)).components
        let nanoseconds = deadline.tv_nsec + Int(bounded.attoseconds / 1_000_000_000)
        deadline.tv_sec += Int(bounded.seconds) + nanoseconds / 1_000_000_000
        deadline.tv_nsec = nanoseconds % 1_000_000_000
        return locked {
            while status == nil {
                if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { break }
            }
            return status
        }
    }

    /// Suspends until the child has ended, or the task is cancelled: `nil`.
    func ended() async -> TerminationStatus? {
        let id = locked {
            nextWaiter += 1
            return nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let answer: TerminationStatus?? = locked {
                    if let status { return .some(status) }
                    if Task.isCancelled { return .some(nil) }
                    waiters[id] = waiter
                    return nil
                }
                if let answer { waiter.resume(returning: answer) }
            }
        } onCancel: {
            locked { waiters.removeValue(forKey: id) }?.resume(returning: nil)
        }
    }
}
