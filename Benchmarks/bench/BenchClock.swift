internal import Glibc

/// The clocks of a benchmark, finer than those of a service.
enum BenchClock {
    /// Microseconds since some moment.
    static func monotonicUs() -> Int64 { microseconds(CLOCK_MONOTONIC) }

    /// Unix time in microseconds: the clock of the broker too, which is on this machine.
    static func unixUs() -> Int64 { microseconds(CLOCK_REALTIME) }

    /// CPU time of this process, user and system, in microseconds.
    static func cpuUs() -> Int64 { microseconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// Waits until `monotonicUs` says this: the pace of a measurement.
    static func pause(untilUs: Int64) {
        var time = timespec(
            tv_sec: Int(untilUs / 1_000_000), tv_nsec: Int(untilUs % 1_000_000) * 1_000)
        while unsafe clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
    }

    /// Waits for so long.
    static func pause(us: Int64) { pause(untilUs: monotonicUs() + us) }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
