import ExampleKit
import HTTP

/// Checkout and payments as they run, on loopback, and a client of theirs.
final class Shop {
    let flags = SettableFlags()
    let checkoutURL: String
    let paymentsURL: String
    let service: CheckoutService
    private let client = HTTPClient()
    private let stop = StopEvent()
    private let checkout: HTTPServer
    private let payments: HTTPServer

    init(paymentsTimeoutMs: Int = 10_000) throws {
        let paymentsService = PaymentsService(stop: stop)
        payments = try HTTPServer(
            ExampleServer.configuration(port: 0), handler: paymentsService.handle)
        paymentsURL = "http://127.0.0.1:\(payments.port)"
        let service = CheckoutService(
            instance: "checkout-1", paymentsURL: paymentsURL,
            paymentsTimeoutMs: paymentsTimeoutMs, flags: flags)
        self.service = service
        checkout = try HTTPServer(ExampleServer.configuration(port: 0), handler: service.handle)
        checkoutURL = "http://127.0.0.1:\(checkout.port)"
    }

    /// Stops both, as SIGTERM does.
    func close() {
        stop.trigger()
        checkout.stop()
        payments.stop()
    }

    func buy() throws -> HTTPResponse {
        try client.post(checkoutURL + "/checkout")
    }

    func get(_ path: String) throws -> HTTPResponse {
        try client.get(checkoutURL + path)
    }

    @discardableResult
    func control(_ query: String) throws -> HTTPResponse {
        try client.post("\(paymentsURL)/control?\(query)")
    }

    func metrics() throws -> PrometheusText.Exposition {
        try PrometheusText.parse(try get("/metrics").body)
    }

    /// How many requests were answered with a status.
    func answered(_ status: Int) throws -> Double? {
        try metrics().samples(named: "http_requests_total")
            .first { $0.label("status") == "\(status)" }?.value
    }

    /// How many requests a flag refused.
    func refused(by flag: String) throws -> Double? {
        try metrics().samples(named: "requests_refused_by_flag_total")
            .first { $0.label("flag") == flag }?.value
    }
}
