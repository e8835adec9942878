/// The longest time that passed without something new.
package struct StallMeter: Sendable {
    /// A time without anything new.
    package struct Stall: Sendable, Hashable {
        /// When it began, by the clock of whoever gives the times, ms.
        package let startMs: Int64
        /// How long it was, ms.
        package let ms: Int64
    }

    /// The longest so far.
    package private(set) var longest: Stall?
    private var lastMs: Int64?
    private var isRunning = false

    package init() {}

    /// Counts from now on.
    package mutating func begin(nowMs: Int64) {
        isRunning = true
        lastMs = nowMs
        longest = nil
    }

    /// Something new has come.
    package mutating func note(nowMs: Int64) {
        guard isRunning else { return }
        look(nowMs: nowMs)
        lastMs = nowMs
    }

    /// The stall that goes on counts as well.
    package mutating func look(nowMs: Int64) {
        guard isRunning, let lastMs else { return }
        if nowMs - lastMs > longest?.ms ?? -1 {
            longest = Stall(startMs: lastMs, ms: nowMs - lastMs)
        }
    }

    /// Counts no more.
    package mutating func end(nowMs: Int64) {
        look(nowMs: nowMs)
        isRunning = false
    }
}
