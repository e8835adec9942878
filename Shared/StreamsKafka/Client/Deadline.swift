internal import Glibc

/// A moment on the monotonic clock by which something has to be done.
struct Deadline {
    private let endMs: Int64

    /// `ms` from now.
    init(ms: Int32) { endMs = Self.nowMs() + Int64(max(0, ms)) }

    /// What is left, never negative.
    var remainingMs: Int32 { Int32(clamping: max(0, endMs - Self.nowMs())) }

    /// Whether nothing is left.
    var hasPassed: Bool { remainingMs == 0 }

    /// Waits a little before something is tried again, but not beyond the deadline.
    func backOff(ms: Int32) {
        var pause = timespec(tv_sec: 0, tv_nsec: Int(min(ms, remainingMs, 999)) * 1_000_000)
        _ = unsafe nanosleep(&pause, nil)
    }

    private static func nowMs() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
