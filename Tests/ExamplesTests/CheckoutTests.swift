import Contracts
import ExampleKit
import HTTP
import Testing

@Suite struct `Checkout` {
    @Test func `sells, charges and lists while all is well`() throws {
        let shop = try Shop()
        defer { shop.close() }
        let order = try shop.buy()
        #expect(order.status == 200)
        #expect(order.bodyText == #"{"order":"checkout-1-1","charged":true}"#)
        #expect(try shop.get("/catalog").bodyText.contains("recommended"))
        #expect(try shop.get("/nowhere").status == 404)
        #expect(try shop.answered(200) == 2)
        #expect(try shop.answered(404) == 1)
        #expect(try shop.get("/health/live").status == 200)
        #expect(try shop.get("/health/ready").status == 200)
        shop.service.beginStop()
        #expect(try shop.get("/health/ready").status == 503)
    }

    @Test func `shows the golden signals from the start`() throws {
        let shop = try Shop()
        defer { shop.close() }
        let exposition = try shop.metrics()
        #expect(exposition.types["http_requests_total"] == .counter)
        #expect(exposition.types["http_request_duration_seconds"] == .histogram)
        #expect(try shop.answered(200) == 0)
        #expect(try shop.refused(by: "write_drain") == 0)
        let bounds = exposition.samples(named: "http_request_duration_seconds_bucket")
            .compactMap { $0.label("le") }
        #expect(Set(["0.5", "1", "2", "5", "+Inf"]).isSubset(of: bounds))
        for name in ["process_cpu_ratio", "process_memory_ratio"] {
            let ratio = try #require(exposition.samples(named: name).first?.value)
            #expect((0...1).contains(ratio))
        }
        #expect(try #require(exposition.samples(named: "process_memory_ratio").first).value > 0)
        #expect(exposition.samples(named: "process_start_time_seconds").count == 1)
        #expect(exposition.samples(named: "flags_version").first?.value == 7)
    }

    @Test func `fails and is slow when payments is`() throws {
        let shop = try Shop(paymentsTimeoutMs: 200)
        defer { shop.close() }
        try shop.control("errorRate=1")
        #expect(try shop.buy().status == 502)
        try shop.control("latencyMs=60000&errorRate=0")
        #expect(try shop.buy().status == 504)
        try shop.control("heal=1")
        #expect(try shop.buy().status == 200)
        #expect(try shop.answered(502) == 1)
        #expect(try shop.answered(504) == 1)
        let slow = try shop.metrics().samples(named: "http_request_duration_seconds_bucket")
            .first { $0.label("le") == "0.1" }
        #expect(slow?.value == 2)
    }

    @Test(arguments: [("safe_mode", true), ("external_calls", false)])
    func `takes orders at once, to be charged later, while it may not call payments`(
        flag: String, value: Bool
    ) throws {
        let shop = try Shop()
        defer { shop.close() }
        // Any call of payments would take a minute.
        try shop.control("latencyMs=60000")
        shop.flags.set(flag, .bool(value))
        let order = try shop.buy()
        #expect(order.status == 202)
        #expect(order.bodyText == #"{"order":"checkout-1-1","charged":false}"#)
        #expect(shop.service.chargeDeferred(atMost: 10) == 0)
        #expect(try shop.metrics().samples(named: "orders_awaiting_charge").first?.value == 1)
        try shop.control("heal=1")
        shop.flags.set(flag, nil)
        #expect(shop.service.chargeDeferred(atMost: 10) == 1)
        #expect(try shop.metrics().samples(named: "orders_awaiting_charge").first?.value == 0)
        #expect(try shop.buy().status == 200)
    }

    @Test func `keeps an order whose later charge fails`() throws {
        let shop = try Shop()
        defer { shop.close() }
        shop.flags.set("external_calls", .bool(false))
        for _ in 0..<3 { #expect(try shop.buy().status == 202) }
        shop.flags.set("external_calls", nil)
        try shop.control("errorRate=1")
        #expect(shop.service.chargeDeferred(atMost: 10) == 0)
        try shop.control("heal=1")
        #expect(shop.service.chargeDeferred(atMost: 2) == 2)
        #expect(shop.service.chargeDeferred(atMost: 2) == 1)
    }

    @Test func `refuses writes while they are drained, and counts that apart`() throws {
        let shop = try Shop()
        defer { shop.close() }
        shop.flags.set("write_drain", .bool(true))
        let refused = try shop.buy()
        #expect(refused.status == 503)
        #expect(refused.headers[CheckoutService.refusedHeader] == "write_drain")
        #expect(try shop.get("/catalog").status == 200)
        #expect(try shop.refused(by: "write_drain") == 1)
        let statuses = try shop.metrics().samples(named: "http_requests_total")
        #expect(statuses.filter { $0.label("status") == "503" }.isEmpty)
        #expect(statuses.map(\.value).reduce(0, +) == 1)
        let count = try shop.metrics().samples(named: "http_request_duration_seconds_count")
        #expect(count.first?.value == 1)
    }

    @Test func `refuses all but health and metrics when it is killed`() throws {
        let shop = try Shop()
        defer { shop.close() }
        shop.flags.set("kill_switch", .bool(true))
        #expect(try shop.get("/catalog").status == 503)
        #expect(try shop.buy().status == 503)
        #expect(try shop.get("/health/live").status == 200)
        #expect(try shop.refused(by: "kill_switch") == 2)
    }

    @Test(arguments: [(100.0, 0), (75, 5), (25, 15), (0, 20), (-5, 20), (250, 0)])
    func `refuses the share that a rate limit takes away`(percent: Double, count: Int) throws {
        let shop = try Shop()
        defer { shop.close() }
        shop.flags.set("rate_limit", .number(percent))
        let refused = try (0..<20).filter { _ in try shop.get("/catalog").status == 503 }.count
        #expect(refused == count)
        #expect(try shop.refused(by: "rate_limit") == Double(count))
    }

    @Test func `leaves out a module that is turned off`() throws {
        let shop = try Shop()
        defer { shop.close() }
        shop.flags.set("module:recommendations", .bool(false))
        let catalog = try shop.get("/catalog")
        #expect(catalog.status == 200)
        #expect(!catalog.bodyText.contains("recommended"))
    }
}
