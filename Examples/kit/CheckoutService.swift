public import HTTP
internal import Synchronization

/// The service of the example: it sells, calls payments for each order, shows its metrics, and
/// obeys the flags of DreamNet.
public final class CheckoutService: Sendable {
    /// The header that names the flag because of which a request was refused.
    public static let refusedHeader = "X-Refused-By-Flag"

    private let instance: String
    private let paymentsURL: String
    private let payments: HTTPClient
    private let flags: CheckoutFlags
    private let metrics = RequestMetrics(refusingFlags: CheckoutFlags.refusing)
    private let usage = ProcessUsage()
    private let rateLimit = EvenShare()
    private let deferred = DeferredOrders()
    private let orders = Atomic<UInt64>(0)
    private let isStopping = Atomic(false)

    /// - Parameters:
    ///   - instance: begins the numbers of its orders; letters, digits, dots, dashes.
    ///   - paymentsURL: the root of payments, as in `http://127.0.0.1:9002`.
    ///   - paymentsTimeoutMs: how long one call of payments may take.
    public init(
        instance: String, paymentsURL: String, paymentsTimeoutMs: Int, flags: any FlagSource
    ) {
        self.instance = instance
        self.paymentsURL = paymentsURL
        payments = HTTPClient(HTTPClientConfiguration(timeoutMs: paymentsTimeoutMs))
        self.flags = CheckoutFlags(source: flags)
    }

    /// From now on it is not ready, so that no new traffic is sent to it.
    public func beginStop() {
        isStopping.store(true, ordering: .relaxed)
    }

    /// Answers a request; it blocks while it calls payments.
    public func handle(_ request: HTTPRequest) -> HTTPResponse {
        switch (request.method, request.path) {
        case (.get, "/metrics"): exposeMetrics()
        case (.get, "/health/live"): .text("ok\n")
        case (.get, "/health/ready"):
            isStopping.load(ordering: .relaxed)
                ? .text("stopping\n", status: 503) : .text("ok\n")
        default: measured(request)
        }
    }

    /// Charges some of the orders that were taken while payments could not be called.
    /// - Returns: how many were charged.
    @discardableResult
    public func chargeDeferred(atMost count: Int) -> Int {
        guard flags.callsOthers, !flags.isKilled else { return 0 }
        let orders = deferred.takeFirst(count)
        for (index, order) in orders.enumerated() where charge(order) != .charged {
            deferred.putBack(Array(orders[index...]))
            return index
        }
        return orders.count
    }

    /// Charges deferred orders on a thread of its own, some each second.
    public func chargeDeferredEverySecond(until stop: StopEvent) {
        detachThread {
            while !stop.wait(forMs: 1000) {
                self.chargeDeferred(atMost: 20)
            }
        }
    }

    // MARK: - Requests

    private func measured(_ request: HTTPRequest) -> HTTPResponse {
        if let flag = refusingFlag(request) {
            metrics.refused(by: flag)
            return .text(
                "refused: \(flag)\n", status: 503,
                headers: [Self.refusedHeader: flag, "Retry-After": "5"])
        }
        let startMs = MonotonicClock.nowMs
        let response = route(request)
        metrics.answered(
            status: response.status, seconds: (MonotonicClock.nowMs - startMs) / 1000)
        return response
    }

    private func refusingFlag(_ request: HTTPRequest) -> String? {
        if flags.isKilled { return "kill_switch" }
        if flags.drainsWrites, request.method != .get, request.method != .head {
            return "write_drain"
        }
        return rateLimit.takesNext(flags.refusedShare) ? "rate_limit" : nil
    }

    private func route(_ request: HTTPRequest) -> HTTPResponse {
        switch (request.method, request.path) {
        case (.post, "/checkout"): checkOut()
        case (.get, "/catalog"): catalog()
        default: .text("there is no such page\n", status: 404)
        }
    }

    private func catalog() -> HTTPResponse {
        let recommended =
            flags.hasModule("recommendations") ? #","recommended":["tea","cup"]"# : ""
        return .json(Array(#"{"products":["tea","cup","kettle"]\#(recommended)}"#.utf8))
    }

    private func checkOut() -> HTTPResponse {
        let order = "\(instance)-\(orders.wrappingAdd(1, ordering: .relaxed).newValue)"
        guard flags.callsOthers else {
            guard deferred.append(order) else {
                return .text("too many orders wait to be charged\n", status: 500)
            }
            return Self.order(order, charged: false, status: 202)
        }
        return switch charge(order) {
        case .charged: Self.order(order, charged: true, status: 200)
        case .failed: .text("payments failed\n", status: 502)
        case .timedOut: .text("payments did not answer in time\n", status: 504)
        }
    }

    private static func order(_ order: String, charged: Bool, status: Int) -> HTTPResponse {
        .json(Array(#"{"order":"\#(order)","charged":\#(charged)}"#.utf8), status: status)
    }

    // MARK: - Payments

    private enum Charge {
        case charged, failed, timedOut
    }

    private func charge(_ order: String) -> Charge {
        do throws(HTTPClientError) {
            // The key lets payments see a charge that is asked for twice.
            let response = try payments.post(
                paymentsURL + "/charge", headers: ["Idempotency-Key": order])
            return response.status == 200 ? .charged : .failed
        } catch {
            return error.code == .timeout ? .timedOut : .failed
        }
    }

    // MARK: - Metrics

    private func exposeMetrics() -> HTTPResponse {
        var writer = PrometheusTextWriter()
        metrics.write(to: &writer)
        usage.write(to: &writer)
        writer.describe(
            "orders_awaiting_charge", .gauge,
            help: "Orders taken while payments could not be called.")
        writer.sample("orders_awaiting_charge", value: Double(deferred.count))
        writer.describe("flags_version", .gauge, help: "The version of the flags obeyed.")
        writer.sample("flags_version", value: Double(flags.source.version))
        return .prometheus(writer.text)
    }
}
