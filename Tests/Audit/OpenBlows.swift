internal import Contracts

/// How many of those that deal blows are not through yet.
final class OpenBlows: Sendable {
    private let count: Locked<Int>

    init(_ count: Int) { self.count = Locked(count) }

    /// One of them is through.
    func finish() { count.withLock { $0 -= 1 } }

    var areLeft: Bool { count.withLock { $0 > 0 } }
}
