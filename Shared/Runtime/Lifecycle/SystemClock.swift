internal import Glibc

/// The machine's clocks. Nothing but a shell reads them: to a reducer, time is an input.
public enum SystemClock {
    /// Unix ms.
    @Sendable public static func nowMs() -> Int64 { milliseconds(CLOCK_REALTIME) }

    /// Unix ms of the kernel's last tick: up to 4 ms behind `nowMs`, for a tenth of its cost.
    @Sendable public static func recentMs() -> Int64 { milliseconds(CLOCK_REALTIME_COARSE) }

    /// Milliseconds since some moment, which no correction of the clock moves.
    @Sendable public static func monotonicMs() -> Int64 { milliseconds(CLOCK_MONOTONIC) }

    private static func milliseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
