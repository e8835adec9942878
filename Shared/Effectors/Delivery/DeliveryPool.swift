public import Contracts
internal import Streams
internal import Synchronization

/// Posts notifications side by side on threads of its own, those of one incident in order.
///
/// Whoever reads them adds them while there is room, says what `takeEnded` gives, and commits.
public final class DeliveryPool: Sendable {
    /// A page that has waited longer than this wakes nobody, ms: the past does not fire today.
    /// Seed 002 gives on-call five minutes to acknowledge.
    public static let pageMaxAgeMs: Int64 = 300_000
    /// Attempts under way at a time. A webhook that answers nothing holds each for its time-out.
    private static let threadsMax = 8
    /// Notifications that are read ahead of those that are done.
    private static let countMax = 256

    private let notifier: WebhookNotifier
    private let queue: Locked<DeliveryQueue>
    private let wakeup = Wakeup()
    private let isStopped = Atomic<Bool>(false)
    private let threads = Locked<[SystemThread]>([])
    private let nowMs: @Sendable () -> Int64
    private let monotonicMs: @Sendable () -> Int64

    /// A pool that posts by `notifier`.
    /// - Parameters:
    ///   - nowMs: Unix ms.
    ///   - monotonicMs: ms of a clock that only goes on.
    public init(
        _ notifier: WebhookNotifier, nowMs: @escaping @Sendable () -> Int64,
        monotonicMs: @escaping @Sendable () -> Int64
    ) throws {
        self.notifier = notifier
        self.nowMs = nowMs
        self.monotonicMs = monotonicMs
        queue = Locked(DeliveryQueue(settings: notifier.settings))
        do {
            for _ in 0..<Self.threadsMax {
                let thread = try SystemThread { self.work() }
                threads.withLock { $0.append(thread) }
            }
        } catch {
            // Those that have begun would hold on to the pool, and work, for ever.
            stop()
            throw error
        }
    }

    /// Whether no more is to be added for now.
    public var isFull: Bool { queue.withLock { $0.count >= Self.countMax } }

    /// Takes a notification; of a record without one, nil, only its place.
    /// - Parameter nextMs: when its next attempt is to be, Unix ms; nil: now. Never later than after
    ///   the longest pause, whatever became of the clock.
    public func add(_ delivery: Delivery?, from source: Delivery.Source, nextMs: Int64? = nil) {
        let now = monotonicMs()
        let unixMs = nowMs()
        let longestMs = notifier.settings.backoffMaxMs
        let waitMs = nextMs.map { $0 > unixMs ? min(longestMs, $0 - unixMs) : 0 } ?? 0
        queue.withLock { queue in
            if let delivery {
                queue.add(delivery, waitMs: waitMs, nowMs: now)
            } else {
                queue.pass(source)
            }
        }
        wakeup.notify()
    }

    /// What ended, or is tried again, since the last call, and by partition the offset to commit once
    /// it is said.
    public func takeEnded() -> (effects: [EffectPayload], positions: [Int32: Int64]) {
        queue.withLock { ($0.takeEnded(), $0.commitPositions()) }
    }

    /// What ``takeEnded()`` gave is on record; further attempts do not begin before.
    public func said(_ effects: [EffectPayload]) {
        queue.withLock { $0.said(effects) }
        wakeup.notify()
    }

    /// Begins no further attempt, and waits for those that are under way. What has not ended is
    /// to be added again after a restart.
    public func stop() {
        isStopped.store(true, ordering: .releasing)
        wakeup.notify()
        for thread in threads.withLock({ threads in
            defer { threads = [] }
            return threads
        }) { thread.join() }
    }

    private func work() {
        while !isStopped.load(ordering: .acquiring) {
            let seen = wakeup.seen
            let now = monotonicMs()
            let unixMs = nowMs()
            let (delivery, dueMs) = queue.withLock {
                ($0.nextAttempt(nowMs: now, unixMs: unixMs), $0.nextDueMs)
            }
            if let delivery {
                let result = attempt(delivery)
                let endMs = monotonicMs()
                let endUnixMs = nowMs()
                queue.withLock {
                    $0.finish(delivery, result, nowMs: endMs, unixMs: endUnixMs)
                }
                wakeup.notify()
            } else if !isStopped.load(ordering: .acquiring) {
                let waitMs = dueMs.map { min(1_000, max(1, $0 - now)) } ?? 1_000
                wakeup.wait(since: seen, timeoutMs: waitMs)
            }
        }
    }

    private func attempt(_ delivery: Delivery) -> DeliveryResult {
        let notification = delivery.notification
        if notification.urgency == .page, nowMs() - delivery.saidMs > Self.pageMaxAgeMs {
            return .refused("too old to wake anybody for: \(notification.title)")
        }
        return notifier.post(notification, id: delivery.id)
    }
}
