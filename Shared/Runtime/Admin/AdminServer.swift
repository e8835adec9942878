internal import HTTP
internal import JSON

/// The admin port of a service: `/health/live`, `/health/ready`, `/metrics`, `POST /drain`. On the
/// loopback unless told otherwise; it tells no secret, and the one thing that it does, it does for
/// who is on this machine alone.
public final class AdminServer: Sendable {
    private let server: HTTPServer

    /// The port that it listens on.
    public var port: Int { server.port }

    /// Listens at once. Throws if the address is taken.
    /// - Parameter drain: lets the instance leave its group for good.
    public init(
        bindAddress: String, port: Int, instance: String, health: HealthState,
        metrics: MetricsRegistry, drain: @escaping @Sendable () -> Void
    ) throws {
        let endpoint = DrainEndpoint(instance: instance, drain: drain)
        server = try HTTPServer(
            HTTPServerConfiguration(bindAddress: bindAddress, port: port)
        ) { request in
            switch (request.method, request.path) {
            case (.get, "/health/live"):
                Self.answer(HealthState.Verdict(isOK: true, reason: "alive"))
            case (.get, "/health/ready"): Self.answer(health.readiness)
            case (.get, "/metrics"): .prometheus(metrics.text())
            case (.post, "/drain"): endpoint.answer(request)
            default:
                .text("try /health/live, /health/ready or /metrics\n", status: 404)
            }
        }
    }

    /// Stops listening.
    public func stop() { server.stop(drainTimeoutMs: 500) }

    private static func answer(_ verdict: HealthState.Verdict) -> HTTPResponse {
        let body: JSONValue = .object([
            "status": .string(verdict.isOK ? "ok" : "unavailable"),
            "reason": .string(verdict.reason),
        ])
        return .json((try? body.serialized()) ?? [], status: verdict.isOK ? 200 : 503)
    }
}
