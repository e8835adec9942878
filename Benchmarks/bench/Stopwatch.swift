internal import Contracts

/// Time and CPU time since the first of several tasks began.
final class Stopwatch: Sendable {
    struct Reading: Sendable {
        var elapsedUs: Int64
        var cpuUs: Int64
    }

    private let start = Locked<(unixUs: Int64, cpuUs: Int64)?>(nil)

    /// A task begins; the first one counts.
    func begin() {
        start.withLock { start in
            if start == nil { start = (BenchClock.unixUs(), BenchClock.cpuUs()) }
        }
    }

    /// From the first task's begin to `untilMs` (Unix), with the CPU time up to now; nil if none
    /// has begun.
    func read(untilMs: Int64) -> Reading? {
        start.withLock { $0 }.map {
            Reading(
                elapsedUs: untilMs * 1000 - $0.unixUs, cpuUs: BenchClock.cpuUs() - $0.cpuUs)
        }
    }
}
