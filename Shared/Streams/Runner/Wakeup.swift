internal import Glibc

/// Lets threads wait until something may have changed.
@safe package final class Wakeup: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var changes: UInt64 = 0

    package init() {
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(mutex, nil)
        unsafe condition.initialize(to: pthread_cond_t())
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

    /// How many changes there have been. Read it before you look, and hand it to `wait`.
    package var seen: UInt64 {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return changes
    }

    /// Says that something has changed.
    package func notify() {
        unsafe pthread_mutex_lock(mutex)
        changes &+= 1
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Waits for a change after `seen`, at most `timeoutMs`.
    /// - Returns: whether there was one.
    @discardableResult
    package func wait(since seen: UInt64, timeoutMs: Int64) -> Bool {
        var deadline = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
        let nanoseconds = Int64(deadline.tv_nsec) + (max(0, timeoutMs) % 1_000) * 1_000_000
        deadline.tv_sec += Int(max(0, timeoutMs) / 1_000 + nanoseconds / 1_000_000_000)
        deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while changes == seen {
            guard unsafe pthread_cond_timedwait(condition, mutex, &deadline) == 0 else {
                return changes != seen
            }
        }
        return true
    }
}
