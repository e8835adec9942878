/// Which tasks read a topic slowly, as their dead letters tell it: each says whether its input is slowed
/// since. A task of which nothing comes any more has nothing to be slow with.
struct SlowedTasks: Sendable {
    private struct Last: Sendable {
        let cameMs: Int64
        /// Until when it counts as slowed; nil: it is not.
        let untilMs: Int64?
    }

    /// How long nothing may come of a task that is slowed, ms.
    private static let silenceMs: Int64 = 60_000
    /// So many waits of a slowed input may pass between two of its letters.
    private static let delaysMax: Int64 = 3
    /// More tasks than a topic has; what others write into a queue takes no more memory than that.
    private static let tasksMax = 1_000

    private var tasks: [String: Last] = [:]
    /// Whether there ever was one.
    private(set) var wasSlowed = false

    /// Takes what the letter of a task says.
    /// - Parameters:
    ///   - delayMs: the wait before each further message, ms; nil: none.
    ///   - cameMs: when it came, Unix ms. Partitions are read side by side: an older one is not heard.
    mutating func take(_ task: String, delayMs: Int64?, cameMs: Int64) {
        let last = tasks[task]
        guard last != nil || delayMs != nil && tasks.count < Self.tasksMax else { return }
        guard cameMs >= last?.cameMs ?? .min else { return }
        // Of two that came at once, the one that says so.
        if delayMs == nil, cameMs == last?.cameMs { return }
        let silenceMs = delayMs.map {
            max(Self.silenceMs, Self.delaysMax * min(max(0, $0), Self.silenceMs))
        }
        if silenceMs != nil { wasSlowed = true }
        tasks[task] = Last(cameMs: cameMs, untilMs: silenceMs.map { cameMs + $0 })
    }

    /// How many there are at `nowMs` (Unix ms).
    mutating func count(nowMs: Int64) -> Int {
        tasks = tasks.filter { $0.value.untilMs.map { $0 > nowMs } ?? false }
        return tasks.count
    }
}
