/// What the signals of a service come to within one window, instances put together.
struct WindowFigures: Equatable, Sendable {
    /// Instances that reported within the window.
    var instances = 0
    /// Answered requests and failed ones among them, over the instances that report both.
    var requests = 0.0
    var errors = 0.0
    /// Whether an instance reports errors at all.
    var reportsErrors = false
    /// Answered requests a second: the sum of each instance's own rate, so that instances read at
    /// different moments do not look like lost traffic. Nil until an instance was read twice.
    var answeredPerSecond: Double?
    /// Requests a second that a flag refused.
    var refusedPerSecond: Double?
    /// One histogram for each layout of buckets; requests under different bounds are not merged.
    var histogram: LatencyHistogram?
    var otherHistograms: [LatencyHistogram] = []
    /// Gauges that senders computed: the mean of an instance, of instances the worst (latency), or
    /// the mean (errors).
    var gaugeP95Ms: Double?
    var gaugeErrorRatio: Double?
    /// The mean of an instance, of instances the worst, 0 to 1.
    var cpu: Double?
    var memory: Double?
    /// The mean of an instance, of instances the sum.
    var deadLetters: Double?
    var deadLettersPerMinute: Double?
    var slowedTasks: Double?
    private var errorGauges = GaugeSum()

    init() {}

    /// Requests a second, those refused by a flag included: what people still send.
    var trafficPerSecond: Double? {
        answeredPerSecond.map { $0 + (refusedPerSecond ?? 0) }
    }

    /// Adds what an instance did between `base` and `now`.
    mutating func add(
        _ now: borrowing SignalTotals, since base: borrowing SignalTotals, elapsedMs: Int64,
        reports: InstanceState.Reports, boundsMs: [Double]
    ) {
        instances += 1
        let answered = max(0, now.requests - base.requests)
        if reports.contains(.requests), elapsedMs > 0 {
            let seconds = Double(elapsedMs) / 1000
            answeredPerSecond = (answeredPerSecond ?? 0) + answered / seconds
            let refused = max(0, now.refused - base.refused)
            refusedPerSecond = (refusedPerSecond ?? 0) + refused / seconds
        }
        if reports.isSuperset(of: [.requests, .errors]) {
            reportsErrors = true
            requests += answered
            errors += max(0, now.errors - base.errors)
        }
        if reports.contains(.latency) { addLatency(now, base, boundsMs) }
        addGauges(now, base)
    }

    private mutating func addLatency(
        _ now: borrowing SignalTotals, _ base: borrowing SignalTotals, _ boundsMs: [Double]
    ) {
        var added = LatencyHistogram(boundsMs: boundsMs, counts: now.latencyCounts)
        if !base.latencyCounts.isEmpty { added.counts.cut(to: base.latencyCounts.count) }
        added.counts.subtract(base.latencyCounts)
        guard histogram != nil else { return histogram = added }
        if histogram?.merge(added) ?? false { return }
        for index in otherHistograms.indices where otherHistograms[index].merge(added) { return }
        otherHistograms.append(added)
    }

    private mutating func addGauges(
        _ now: borrowing SignalTotals, _ base: borrowing SignalTotals
    ) {
        if let sums = now.computed { addComputed(sums, base.computed ?? .none) }
        if let mean = now.cpu.mean(since: base.cpu) { cpu = max(cpu ?? 0, mean) }
        if let mean = now.memory.mean(since: base.memory) { memory = max(memory ?? 0, mean) }
    }

    private mutating func addComputed(_ now: ComputedSums, _ base: ComputedSums) {
        if let mean = now.p95Ms.mean(since: base.p95Ms) {
            gaugeP95Ms = max(gaugeP95Ms ?? 0, mean)
        }
        if let mean = now.errorRatio.mean(since: base.errorRatio) {
            errorGauges.add(mean)
            gaugeErrorRatio = errorGauges.sum / errorGauges.count
        }
        if let mean = now.requestsPerSecond.mean(since: base.requestsPerSecond) {
            answeredPerSecond = (answeredPerSecond ?? 0) + mean
        }
        if let mean = now.deadLetters.mean(since: base.deadLetters) {
            deadLetters = (deadLetters ?? 0) + mean
        }
        if let mean = now.deadLettersPerMinute.mean(since: base.deadLettersPerMinute) {
            deadLettersPerMinute = (deadLettersPerMinute ?? 0) + mean
        }
        if let mean = now.slowedTasks.mean(since: base.slowedTasks) {
            slowedTasks = (slowedTasks ?? 0) + mean
        }
    }
}
