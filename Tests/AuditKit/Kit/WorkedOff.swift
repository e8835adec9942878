import Contracts
import TestKit

/// The end of a load.
package enum WorkedOff {
    /// Waits until the services have committed everything that is on their inputs, and each order
    /// has its outcome.
    /// - Throws: what is left, with the last lines of the services' logs.
    package static func wait(
        _ stack: Stack, _ follower: BusFollower, within limit: Duration
    ) async throws {
        let backlog = try Backlog(stack.kafka)
        let last = Locked("")
        var calm = 0
        do {
            try await eventually("all is worked off", within: limit, every: .milliseconds(300)) {
                if let error = follower.error { throw error }
                let (ends, unanswered) = follower.look { audit in
                    (audit.ends, audit.orders.keys.count { audit.finals[$0] == nil })
                }
                let behind = try await backlog.behind(ends)
                last.withLock { $0 = "\(behind), \(unanswered) orders without an outcome" }
                calm = behind.isEmpty && unanswered == 0 ? calm + 1 : 0
                return calm >= 3
            }
        } catch {
            throw EndToEndError("\(error): \(last.withLock { $0 })\n\(stack.logTails)")
        }
    }
}
