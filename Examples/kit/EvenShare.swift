internal import Synchronization

/// Picks a share of the events, spread evenly and the same in each run: of 25% every fourth one.
public final class EvenShare: Sendable {
    private let events = Atomic<UInt64>(0)

    /// A share of a sequence that begins now.
    public init() {}

    /// Whether the next event is one of the share.
    /// - Parameter share: from 0 (none) to 1 (all); may change from event to event.
    public func takesNext(_ share: Double) -> Bool {
        let share = min(max(share, 0), 1)
        let (_, count) = events.wrappingAdd(1, ordering: .relaxed)
        return (Double(count) * share).rounded(.down) > (Double(count - 1) * share).rounded(.down)
    }
}
