import AuditKit
import TestKit
import Testing

extension EndToEnd {
    /// `make audit` does this fifty times and more; docs/audit.md has the figures.
    ///
    /// The tests have other suites beside them: a take-over still keeps to its bound, and the rest,
    /// which takes a third of a second on a quiet machine, gets two.
    @Suite struct `A hot standby` {
        /// A place that is given up or taken again, ms.
        private static let handOverMs: Int64 = 2_000

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
                #expect(ms < StandbyBounds.takeOverMs, "killed \(moment.rawValue)")
            }
            #expect(breaches.prefix(10).isEmpty)
            #expect(orders > 100 && outcomes == orders)
        }

        @Test(.startsApacheKafka, .timeLimit(.minutes(6)))
        func `A restart under its name, and a drain, take no session`() async throws {
            let (gaps, breaches, orders, outcomes) = try await StandbyDrill.with { drill in
                let (gapMs, restoreMs) = try await drill.restart(after: .milliseconds(50))
                return (restart: gapMs - restoreMs, drain: try await drill.drain())
            }
            print("standby: restarted \(gaps.restart) ms, drained \(gaps.drain) ms")
            #expect(gaps.restart < Self.handOverMs)
            #expect(gaps.drain < Self.handOverMs)
            #expect(breaches.prefix(10).isEmpty)
            #expect(orders > 50 && outcomes == orders)
        }
    }
}
