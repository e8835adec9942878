internal import Contracts

/// Time and CPU time since the first of several tasks began.
final class Stopwatch: Sendable {
    struct Reading: Sendable {
        var elapsedUs: Int64
        var cpuUs: Int64
    }

    private let start = Locked<(elapsedUs: Int64, cpuUs: Int64)?>(nil)

    /// A task begins; the first one counts.
    func begin() {
        start.withLock { start in
            if start == nil { start = (BenchClock.monotonicUs(), BenchClock.cpuUs()) }
        }
    }

    /// Since the first task began; nil if none has.
    func read() -> Reading? {
        start.withLock { $0 }.map {
            Reading(
                elapsedUs: BenchClock.monotonicUs() - $0.elapsedUs,
                cpuUs: BenchClock.cpuUs() - $0.cpuUs)
        }
    }
}
