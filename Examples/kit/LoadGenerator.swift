internal import Contracts
internal import HTTP

/// Sends requests at a set rate over threads that keep their connections, for a bounded time.
///
/// The rate does not wait for answers: a slow service gets as many requests as a fast one, until
/// no thread is free. What could not be sent within a second is skipped and counted, so that
/// there is no burst afterwards.
public final class LoadGenerator: Sendable {
    private struct Progress {
        var nextSlot = 0
        var current = LoadReport()
        var runningThreads = 0
    }

    private let plan: LoadPlan
    private let stop: StopEvent
    /// All threads have ended.
    private let finished = StopEvent()
    private let progress = Locked(Progress())
    private let startMs = MonotonicClock.nowMs

    /// A generator that begins now and stops when its time is over or the event happens.
    public init(_ plan: LoadPlan, stop: StopEvent) {
        self.plan = plan
        self.stop = stop
    }

    /// Sends, and reports once a second.
    /// - Returns: the report of the whole run, after the last answer or its time-out. When it is
    ///   stopped, answers are waited for until the next full second only.
    public func run(report: (LoadReport) -> Void) -> LoadReport {
        guard !plan.targets.isEmpty, plan.rate > 0, plan.threads > 0 else { return LoadReport() }
        progress.withLock { $0.runningThreads = plan.threads }
        for _ in 0..<plan.threads {
            detachThread { self.work() }
        }
        var total = LoadReport()
        var second = 0
        var isRunning = true
        while isRunning {
            second += 1
            let wasStopped = stop.wait(forMs: 0)
            let leftMs = startMs + Double(second) * 1000 - MonotonicClock.nowMs
            isRunning = !finished.wait(forMs: Int(max(0, leftMs))) && !wasStopped
            let last = progress.withLock { progress in
                defer { progress.current = LoadReport() }
                progress.current.second = second
                return progress.current
            }
            report(last)
            total.add(last)
        }
        return total
    }

    // MARK: - Threads

    private func work() {
        defer {
            let left = progress.withLock { progress in
                progress.runningThreads -= 1
                return progress.runningThreads
            }
            if left == 0 { finished.trigger() }
        }
        let client = HTTPClient(HTTPClientConfiguration(timeoutMs: plan.timeoutMs))
        while let slot = takeSlot() {
            let waitMs = dueMs(slot) - MonotonicClock.nowMs
            if stop.wait(forMs: Int(max(0, waitMs))) { return }
            send(plan.targets[slot % plan.targets.count], client)
        }
    }

    /// When a request is due.
    private func dueMs(_ slot: Int) -> Double {
        startMs + Double(slot) * 1000 / plan.rate
    }

    /// The next request that is not overdue by more than a second; nil when the time is over.
    private func takeSlot() -> Int? {
        let nowMs = MonotonicClock.nowMs
        let slots = Int((plan.rate * plan.seconds).rounded(.up))
        return progress.withLock { progress in
            while progress.nextSlot < slots, dueMs(progress.nextSlot) < nowMs - 1000 {
                progress.nextSlot += 1
                progress.current.skipped += 1
            }
            guard progress.nextSlot < slots else { return nil }
            progress.nextSlot += 1
            return progress.nextSlot - 1
        }
    }

    private func send(_ target: LoadPlan.Target, _ client: HTTPClient) {
        progress.withLock { $0.current.sent += 1 }
        let beganMs = MonotonicClock.nowMs
        let response = try? client.send(target.method, target.url)
        let latencyMs = MonotonicClock.nowMs - beganMs
        progress.withLock { progress in
            switch response?.status {
            case 503? where response?.headers[CheckoutService.refusedHeader] != nil:
                progress.current.refused += 1
                return
            case (200...299)?:
                progress.current.ok += 1
            default:
                progress.current.errors += 1
            }
            progress.current.addLatency(latencyMs)
        }
    }
}
