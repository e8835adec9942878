/// Whether one input gives too many dead letters, and when it is held back because of that.
struct PoisonGauge {
    enum Action { case nothing, hold, letGo }

    /// When the input is let go on, Unix ms; nil if it is not held back.
    private(set) var resumeMs: Int64?
    /// Whether the input is to be slowed.
    private(set) var isPoisoned = false

    private let limits: PoisonLimits
    private let isExempt: Bool
    private var run = 0
    private var recent: [Bool] = []
    private var next = 0
    private var bad = 0
    private var mustHold = false

    init(limits: PoisonLimits, isExempt: Bool) {
        self.limits = limits
        self.isExempt = isExempt
    }

    /// Counts a message of the input.
    /// - Returns: whether that has changed `isPoisoned`.
    mutating func count(isDeadLetter: Bool) -> Bool {
        guard !isExempt else { return false }
        let wasPoisoned = isPoisoned
        run = isDeadLetter ? run + 1 : 0
        remember(isDeadLetter)
        let isFull = recent.count >= max(1, limits.window)
        isPoisoned =
            run >= limits.runMax
            || (isFull && Double(bad) > limits.ratioMax * Double(recent.count))
        mustHold = isPoisoned
        return isPoisoned != wasPoisoned
    }

    /// The wait before each further message if the next one is a dead letter, ms; nil: the input is
    /// not slowed then.
    var delayIfDeadMs: Int64? {
        guard !isExempt else { return nil }
        if run + 1 >= limits.runMax { return limits.delayMs }
        let window = max(1, limits.window)
        guard recent.count + 1 >= window else { return nil }
        // It takes the place of the oldest.
        let isFull = recent.count >= window
        let count = isFull ? recent.count : recent.count + 1
        let dead = bad + 1 - (isFull && recent[next] ? 1 : 0)
        return Double(dead) > limits.ratioMax * Double(count) ? limits.delayMs : nil
    }

    func wanted(nowMs: Int64) -> Action {
        if let resumeMs { return nowMs >= resumeMs ? .letGo : .nothing }
        return mustHold ? .hold : .nothing
    }

    mutating func held(nowMs: Int64) {
        resumeMs = nowMs + limits.delayMs
        mustHold = false
    }

    mutating func letGo() { resumeMs = nil }

    private mutating func remember(_ isDeadLetter: Bool) {
        if recent.count < max(1, limits.window) {
            recent.append(isDeadLetter)
        } else {
            if recent[next] { bad -= 1 }
            recent[next] = isDeadLetter
            next = (next + 1) % recent.count
        }
        if isDeadLetter { bad += 1 }
    }
}
