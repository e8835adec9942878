internal import Contracts

/// Puts a signal onto what is known of its instance: counters become totals that never fall.
enum SignalIntake {
    /// How far the start time may seem to move without a restart: exporters that take it from
    /// uptime jitter by the resolution of their clock.
    static let startJitterMs: Int64 = 2_000

    /// Sums of counters with fractions may differ from the counters by so much.
    private static let roundingMax = 0.000_001

    /// What is known after a signal of an instance whose windows begin anew.
    struct Beginning {
        var state: InstanceState
        var shape: InstanceShape?
        /// Where the windows begin.
        var base: TotalsMark
    }

    /// A signal of an instance that is not known yet, was silent for too long, or has other buckets.
    /// Only what it counts from now on is counted: its counters may be as old as the process. Unless
    /// the process started within the window: then all of it happened there.
    static func first(_ signal: SignalReading, seenMs: Int64, windowMs: Int64) -> Beginning {
        let counters = signal.counters
        let tsMs = signal.tsMs
        var shape = InstanceShape(startTimeMs: counters.startTimeMs, boundsMs: signal.boundsMs)
        shape.latencyOffsets = BucketCounts(count: signal.latencyCounts.count)
        let started = counters.startTimeMs.flatMap { start in
            start <= tsMs && tsMs - start <= windowMs ? start : nil
        }
        if started == nil {
            shape.requestsOffset = -(counters.requestsTotal ?? 0)
            shape.errorsOffset = -(counters.errorsTotal ?? 0)
            shape.refusedOffset = -(counters.refusedByFlagTotal ?? 0)
            shape.latencyOffsets.update { index, _ in -signal.latencyCounts[index] }
        }
        var state = InstanceState(tsMs: tsMs, seenMs: seenMs, reports: [], totals: SignalTotals())
        add(signal, shape, to: &state, seenMs: seenMs)
        var zero = SignalTotals()
        zero.latencyCounts = BucketCounts(count: shape.latencyOffsets.count)
        // The gauges of this very signal count, its counters do not: the base is empty either way.
        let base = TotalsMark(tsMs: started ?? tsMs, totals: zero)
        return Beginning(state: state, shape: shape, base: base)
    }

    /// Whether a signal counts under the same buckets as those before it.
    static func fits(_ signal: SignalReading, _ shape: borrowing InstanceShape) -> Bool {
        signal.boundsMs == shape.boundsMs
            && signal.latencyCounts.count == shape.latencyOffsets.count
    }

    /// A further signal of an instance, which fits.
    /// - Returns: the new shape, if the instance has begun to count anew.
    static func next(
        _ signal: SignalReading, seenMs: Int64, state: inout InstanceState, shape: InstanceShape
    ) -> InstanceShape? {
        guard isReset(signal, state.totals, shape) else {
            add(signal, shape, to: &state, seenMs: seenMs)
            return nil
        }
        // As Prometheus' `rate` does: the process began at zero, so all of its count is new.
        var anew = shape
        anew.startTimeMs = signal.counters.startTimeMs
        anew.requestsOffset = state.totals.requests
        anew.errorsOffset = state.totals.errors
        anew.refusedOffset = state.totals.refused
        anew.latencyOffsets = state.totals.latencyCounts
        add(signal, anew, to: &state, seenMs: seenMs)
        return anew == shape ? nil : anew
    }

    /// A signal of gauges that the sender has computed.
    static func addValues(_ signal: SignalReading, to state: inout InstanceState, seenMs: Int64) {
        state.tsMs = signal.tsMs
        state.seenMs = seenMs
        state.totals.add(signal.values)
        state.totals.cpu.add(signal.cpu)
        state.totals.memory.add(signal.memory)
    }

    private static func isReset(
        _ signal: SignalReading, _ totals: SignalTotals, _ shape: InstanceShape
    ) -> Bool {
        let counters = signal.counters
        if let before = shape.startTimeMs, let now = counters.startTimeMs,
            now > before + startJitterMs
        {
            return true
        }
        func fell(_ counter: Double?, _ offset: Double, _ total: Double) -> Bool {
            counter.map { $0 + offset + roundingMax < total } ?? false
        }
        if fell(counters.requestsTotal, shape.requestsOffset, totals.requests)
            || fell(counters.errorsTotal, shape.errorsOffset, totals.errors)
            || fell(counters.refusedByFlagTotal, shape.refusedOffset, totals.refused)
        {
            return true
        }
        let known = min(
            signal.latencyCounts.count, shape.latencyOffsets.count, totals.latencyCounts.count)
        for index in 0..<known
        where signal.latencyCounts[index] + shape.latencyOffsets[index] + roundingMax
            < totals.latencyCounts[index]
        {
            return true
        }
        return false
    }

    private static func add(
        _ signal: SignalReading, _ shape: InstanceShape, to state: inout InstanceState,
        seenMs: Int64
    ) {
        state.tsMs = signal.tsMs
        state.seenMs = seenMs
        var reports: InstanceState.Reports = []
        // A counter that is left out once stands still.
        if let requests = signal.counters.requestsTotal {
            state.totals.requests = requests + shape.requestsOffset
            reports.insert(.requests)
        }
        if let errors = signal.counters.errorsTotal {
            state.totals.errors = errors + shape.errorsOffset
            reports.insert(.errors)
        }
        if let refused = signal.counters.refusedByFlagTotal {
            state.totals.refused = refused + shape.refusedOffset
        }
        if !shape.boundsMs.isEmpty { reports.insert(.latency) }
        state.reports = reports
        var counts = BucketCounts(signal.latencyCounts)
        counts.update { $1 + shape.latencyOffsets[$0] }
        state.totals.latencyCounts = counts
        state.totals.cpu.add(signal.cpu)
        state.totals.memory.add(signal.memory)
    }
}
