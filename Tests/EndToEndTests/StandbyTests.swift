import AuditKit
import TestKit
import Testing

extension EndToEnd {
    /// `make audit` does this fifty times and more; docs/audit.md has the figures.
    ///
    /// The bounds of StandbyBounds are for a machine that does nothing else; the tests have others
    /// beside them, and tell a mechanism that works from one that does not.
    @Suite struct `A hot standby` {
        /// A place that is given up or taken again does not wait for this, ms.
        private static let sessionMs: Int64 = 6_000
        /// A transaction that nobody aborts ends after its time-out of 10 s at the earliest, and
        /// the take-over begins after the session, ms.
        private static let takeOverMs: Int64 = 14_000

        @Test(.startsApacheKafka, .timeLimit(.minutes(6)))
        func `It takes over wherever in a transaction the other is killed, and nothing is doubled`()
            async throws
        {
            let (gaps, breaches, orders, outcomes) = try await StandbyDrill.with { drill in
                var gaps: [KillMoment: Int64] = [:]
                for moment in KillMoment.allCases {
                    gaps[moment] = try await drill.kill(moment, after: .milliseconds(50))
                }
                return gaps
            }
            print("standby: \(gaps), \(orders) orders, \(outcomes) outcomes")
            for (moment, ms) in gaps {
                #expect(ms < Self.takeOverMs, "killed \(moment.rawValue)")
            }
            #expect(breaches.prefix(10).isEmpty)
            #expect(orders > 100 && outcomes == orders)
        }

        @Test(.startsApacheKafka, .timeLimit(.minutes(6)))
        func `A restart under its name, and a drain, are quicker than a session`() async throws {
            let (gaps, breaches, orders, outcomes) = try await StandbyDrill.with { drill in
                let (gapMs, restoreMs) = try await drill.restart(after: .milliseconds(50))
                return (restart: gapMs - restoreMs, drain: try await drill.drain())
            }
            print("standby: restarted \(gaps.restart) ms, drained \(gaps.drain) ms")
            #expect(gaps.restart < Self.sessionMs)
            #expect(gaps.drain < Self.sessionMs)
            #expect(breaches.prefix(10).isEmpty)
            #expect(orders > 50 && outcomes == orders)
        }
    }
}
