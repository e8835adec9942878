import Contracts
import ExampleKit
import HTTP
import Testing

@Suite struct `Payments` {
    @Test(arguments: [
        "latencyMs=-1", "latencyMs=60001", "latencyMs=x", "errorRate=2", "errorRate=nan", "other=1",
    ])
    func `refuses to become what it cannot`(query: String) throws {
        let shop = try Shop()
        defer { shop.close() }
        #expect(try shop.control(query).status == 400)
        #expect(try shop.buy().status == 200)
    }

    @Test func `fails at the rate that it was told`() throws {
        let shop = try Shop()
        defer { shop.close() }
        let answer = try shop.control("errorRate=0.8&latencyMs=0")
        #expect(answer.bodyText == #"{"latencyMs":0,"errorRate":0.8}"#)
        let failed = try (0..<20).filter { _ in try shop.buy().status == 502 }.count
        #expect(failed == 16)
    }
}

@Suite struct `Load` {
    @Test func `sends at its rate and tells errors from refusals`() throws {
        let shop = try Shop()
        defer { shop.close() }
        shop.flags.set("write_drain", .bool(true))
        let plan = LoadPlan(
            targets: [
                .init(.get, shop.checkoutURL + "/catalog"),
                .init(.post, shop.checkoutURL + "/checkout"),
                .init(.get, shop.checkoutURL + "/nowhere"),
            ], rate: 60, threads: 8, seconds: 0.5)
        var seconds: [LoadReport] = []
        let total = LoadGenerator(plan, stop: StopEvent()).run { seconds.append($0) }
        #expect(total.sent + total.skipped == 30)
        #expect(total.ok + total.errors + total.refused == total.sent)
        if total.skipped == 0 {
            #expect(total.ok == 10)
            #expect(total.refused == 10)
            #expect(total.errors == 10)
        }
        #expect(seconds.map(\.sent).reduce(0, +) == total.sent)
        #expect(total.p95Ms != nil)
        #expect(total.json.hasPrefix(#"{"second":"#))
    }

    @Test func `stops at once when it is told to`() throws {
        let stop = StopEvent()
        stop.trigger()
        let plan = LoadPlan(
            targets: [.init(.get, "http://127.0.0.1:1/")], rate: 10, threads: 4, seconds: 3600)
        let startMs = MonotonicClock.nowMs
        let total = LoadGenerator(plan, stop: stop).run { _ in }
        #expect(total.sent == 0)
        #expect(MonotonicClock.nowMs - startMs < 10_000)
    }

    @Test func `counts what nobody answers as errors`() throws {
        let shop = try Shop()
        shop.close()
        let plan = LoadPlan(
            targets: [.init(.get, shop.checkoutURL)], rate: 20, threads: 2, seconds: 0.2)
        let total = LoadGenerator(plan, stop: StopEvent()).run { _ in }
        #expect(total.errors == total.sent)
        #expect(total.ok == 0)
    }
}
