internal import Contracts

/// Puts a signal onto what is known of its instance: counters become totals that never fall.
enum SignalIntake {
    /// How far the start time may seem to move without a restart: exporters that take it from
    /// uptime jitter by the resolution of their clock.
    static let startJitterMs: Int64 = 2_000

    /// Sums of counters with fractions may differ from the counters by so much.
    private static let roundingMax = 0.000_001

    /// What is known after a signal.
    struct Result {
        var state: InstanceState
        /// Nil: as it was.
        var shape: InstanceShape?
        /// Where its windows begin anew: the instance is new, was silent for too long, or has other
        /// buckets.
        var base: TotalsMark?
    }

    /// A signal of an instance that is not known yet. Only what it counts from now on is counted:
    /// its counters may be as old as the process. Unless the process started within the window:
    /// then all of it happened there.
    static func first(
        _ signal: SignalPayload, tsMs: Int64, seenMs: Int64, windowMs: Int64
    ) -> Result {
        var shape = InstanceShape(
            startTimeMs: signal.startTimeMs, boundsMs: signal.latencyBoundsMs ?? [])
        shape.latencyOffsets = (signal.latencyCounts ?? []).map { _ in 0 }
        let started = signal.startTimeMs.flatMap { start in
            start <= tsMs && tsMs - start <= windowMs ? start : nil
        }
        if started == nil {
            shape.requestsOffset = -(signal.requestsTotal ?? 0)
            shape.errorsOffset = -(signal.errorsTotal ?? 0)
            shape.refusedOffset = -(signal.refusedByFlagTotal ?? 0)
            shape.latencyOffsets = (signal.latencyCounts ?? []).map { -$0 }
        }
        let state = state(signal, tsMs: tsMs, seenMs: seenMs, shape: shape, gauges: SignalTotals())
        var zero = SignalTotals()
        zero.latencyCounts = shape.latencyOffsets.map { _ in 0 }
        // The gauges of this very signal count, its counters do not: the base is empty either way.
        let base = TotalsMark(tsMs: started ?? tsMs, totals: zero)
        return Result(state: state, shape: shape, base: base)
    }

    /// A further signal of an instance.
    static func next(
        _ signal: SignalPayload, tsMs: Int64, seenMs: Int64, windowMs: Int64,
        state old: InstanceState, shape oldShape: InstanceShape
    ) -> Result {
        let bounds = signal.latencyBoundsMs ?? []
        guard bounds == oldShape.boundsMs,
            (signal.latencyCounts ?? []).count == oldShape.latencyOffsets.count
        else {
            return first(signal, tsMs: tsMs, seenMs: seenMs, windowMs: windowMs)
        }
        var shape = oldShape
        if isReset(signal, old, oldShape) {
            // As Prometheus' `rate` does: the process began at zero, so all of its count is new.
            shape.startTimeMs = signal.startTimeMs
            shape.requestsOffset = old.totals.requests
            shape.errorsOffset = old.totals.errors
            shape.refusedOffset = old.totals.refused
            shape.latencyOffsets = old.totals.latencyCounts
        }
        let state = state(signal, tsMs: tsMs, seenMs: seenMs, shape: shape, gauges: old.totals)
        return Result(state: state, shape: shape == oldShape ? nil : shape, base: nil)
    }

    /// A signal of gauges that the sender has computed.
    static func values(
        _ signal: SignalValuesPayload, tsMs: Int64, seenMs: Int64, state old: InstanceState?
    ) -> Result {
        var state =
            old
            ?? InstanceState(tsMs: tsMs, seenMs: seenMs, reports: [], totals: SignalTotals())
        let base = old == nil ? TotalsMark(tsMs: tsMs, totals: SignalTotals()) : nil
        state.tsMs = tsMs
        state.seenMs = seenMs
        state.totals.p95Ms.add(signal.latencyP95Ms)
        state.totals.errorRatio.add(signal.errorRate)
        state.totals.requestsPerSecond.add(signal.requestsPerSecond)
        state.totals.cpu.add(signal.cpu)
        state.totals.memory.add(signal.memory)
        return Result(state: state, shape: nil, base: base)
    }

    private static func isReset(
        _ signal: SignalPayload, _ old: InstanceState, _ shape: InstanceShape
    ) -> Bool {
        if let before = shape.startTimeMs, let now = signal.startTimeMs,
            now > before + startJitterMs
        {
            return true
        }
        func fell(_ counter: Double?, _ offset: Double, _ total: Double) -> Bool {
            counter.map { $0 + offset + roundingMax < total } ?? false
        }
        if fell(signal.requestsTotal, shape.requestsOffset, old.totals.requests)
            || fell(signal.errorsTotal, shape.errorsOffset, old.totals.errors)
            || fell(signal.refusedByFlagTotal, shape.refusedOffset, old.totals.refused)
        {
            return true
        }
        let counts = signal.latencyCounts ?? []
        return zip(zip(counts, shape.latencyOffsets), old.totals.latencyCounts).contains {
            $0.0 + $0.1 + roundingMax < $1
        }
    }

    private static func state(
        _ signal: SignalPayload, tsMs: Int64, seenMs: Int64, shape: InstanceShape,
        gauges: SignalTotals
    ) -> InstanceState {
        var totals = gauges
        // A counter that is left out once stands still.
        totals.requests = signal.requestsTotal.map { $0 + shape.requestsOffset } ?? totals.requests
        totals.errors = signal.errorsTotal.map { $0 + shape.errorsOffset } ?? totals.errors
        totals.refused =
            signal.refusedByFlagTotal.map { $0 + shape.refusedOffset } ?? totals.refused
        totals.latencyCounts = zip(signal.latencyCounts ?? [], shape.latencyOffsets).map(+)
        totals.cpu.add(signal.cpu)
        totals.memory.add(signal.memory)
        var reports: InstanceState.Reports = []
        if signal.requestsTotal != nil { reports.insert(.requests) }
        if signal.errorsTotal != nil { reports.insert(.errors) }
        if !shape.boundsMs.isEmpty { reports.insert(.latency) }
        return InstanceState(tsMs: tsMs, seenMs: seenMs, reports: reports, totals: totals)
    }
}
