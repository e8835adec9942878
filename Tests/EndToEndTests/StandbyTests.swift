import AuditKit
import TestKit
import Testing

extension EndToEnd {
    /// `make audit` does this fifty times and more; docs/audit.md has the figures.
    @Suite struct `A hot standby` {
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
        func `A restart under its name, and a drain, are quicker than a session`() async throws {
            let (gaps, breaches, orders, outcomes) = try await StandbyDrill.with { drill in
                let (gapMs, restoreMs) = try await drill.restart(after: .milliseconds(50))
                return (restart: gapMs - restoreMs, drain: try await drill.drain())
            }
            print("standby: restarted \(gaps.restart) ms, drained \(gaps.drain) ms")
            #expect(gaps.restart < StandbyBounds.restartMs)
            #expect(gaps.drain < StandbyBounds.drainMs)
            #expect(breaches.prefix(10).isEmpty)
            #expect(orders > 50 && outcomes == orders)
        }
    }
}
