internal import Glibc

/// The clocks of a benchmark, finer than those of a service.
enum BenchClock {
    /// Microseconds since some moment.
    static func monotonicUs() -> Int64 { microseconds(CLOCK_MONOTONIC) }

    /// Unix time in microseconds: the clock of the broker too, which is on this machine.
    static func unixUs() -> Int64 { microseconds(CLOCK_REALTIME) }

    /// CPU time of this process, user and system, in microseconds.
    static func cpuUs() -> Int64 { microseconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// Waits until `monotonicUs` says this.
    static func sleep(untilUs: Int64) {
        let leftUs = untilUs - monotonicUs()
        if leftUs > 0 { usleep(UInt32(clamping: leftUs)) }
    }

    private static func microseconds(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
