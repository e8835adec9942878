internal import Contracts

/// Orders taken while payments may not be called, to be charged afterwards.
///
/// In memory and bounded: an example. A shop would keep them where they survive a restart.
final class DeferredOrders: Sendable {
    private static let maxOrders = 10_000

    private let orders = Locked([String]())

    var count: Int { orders.withLock { $0.count } }

    /// Keeps an order; false when there is no more room.
    func append(_ order: String) -> Bool {
        orders.withLock { orders in
            guard orders.count < Self.maxOrders else { return false }
            orders.append(order)
            return true
        }
    }

    /// Takes out the orders that waited longest.
    func takeFirst(_ count: Int) -> [String] {
        orders.withLock { orders in
            let first = Array(orders.prefix(count))
            orders.removeFirst(first.count)
            return first
        }
    }

    /// Puts back, in front, orders that could not be charged yet.
    func putBack(_ first: [String]) {
        orders.withLock { $0.insert(contentsOf: first, at: 0) }
    }
}
