/// The levels of the last judgements in place, three bits each, so that to copy a state costs
/// nothing. The newest is in the lowest bits.
struct LevelStreak: Equatable, Sendable {
    /// The most levels that are kept; hysteresis looks back at 60 at most.
    static let countMax = 63
    private static let perWord = 21

    private(set) var count = 0
    private var words = (UInt64(0), UInt64(0), UInt64(0))

    init() {}

    /// Adds the newest level; of more than `max` the oldest go.
    mutating func append(_ level: SignalLevel, max: Int) {
        let mask = UInt64(1) << UInt64(3 * Self.perWord) - 1
        let carry = (Self.top(words.0), Self.top(words.1))
        words.0 = (words.0 << 3 | UInt64(level.rawValue)) & mask
        words.1 = (words.1 << 3 | carry.0) & mask
        words.2 = (words.2 << 3 | carry.1) & mask
        count = min(count + 1, min(max, Self.countMax))
        clearPast()
    }

    /// The level `age` judgements before the newest.
    func level(age: Int) -> SignalLevel {
        let word = age < 21 ? words.0 : age < 42 ? words.1 : words.2
        let raw = UInt8(truncatingIfNeeded: word >> UInt64(3 * (age % Self.perWord)) & 7)
        return SignalLevel(rawValue: raw) ?? .normal
    }

    /// The best and the worst of the newest `count`; nil if there are fewer.
    func range(ofNewest newest: Int) -> ClosedRange<SignalLevel>? {
        guard newest > 0, count >= newest else { return nil }
        var (best, worst) = (level(age: 0), level(age: 0))
        for age in 1..<max(1, newest) {
            let level = level(age: age)
            best = min(best, level)
            worst = max(worst, level)
        }
        return best...worst
    }

    /// Whether there are `count` levels, and all are this one.
    func isFull(of level: SignalLevel, count: Int) -> Bool {
        guard self.count == count else { return false }
        for age in 0..<count where self.level(age: age) != level { return false }
        return true
    }

    private static func top(_ word: UInt64) -> UInt64 { word >> UInt64(3 * (perWord - 1)) & 7 }

    /// What is no level any more is zero, so that equal streaks are equal.
    private mutating func clearPast() {
        func kept(_ from: Int) -> UInt64 {
            let levels = min(max(count - from, 0), Self.perWord)
            return UInt64(1) << UInt64(3 * levels) - 1
        }
        words.0 &= kept(0)
        words.1 &= kept(Self.perWord)
        words.2 &= kept(2 * Self.perWord)
    }

    static func == (one: LevelStreak, other: LevelStreak) -> Bool {
        one.count == other.count && one.words == other.words
    }
}
