internal import Glibc

/// Time for measuring: it never jumps.
public enum MonotonicClock {
    /// Milliseconds since some moment in the past.
    public static var nowMs: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}
