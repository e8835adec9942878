internal import Contracts
public import HTTP

/// The dependency of the example: it charges in a few milliseconds, until it is told to be slow
/// and to fail.
///
/// `POST /charge` charges. `POST /control?latencyMs=6000&errorRate=0.8` makes trouble,
/// `POST /control?heal=1` ends it, and either answers with how it is now, as `GET /control` does.
/// `GET /metrics` counts the calls.
public final class PaymentsService: Sendable {
    private struct Behaviour {
        var latencyMs = 5
        var errorRate = 0.0

        var response: HTTPResponse {
            .json(Array(#"{"latencyMs":\#(latencyMs),"errorRate":\#(errorRate)}"#.utf8))
        }
    }

    private let behaviour = Locked(Behaviour())
    private let calls = Locked(0)
    private let failures = EvenShare()
    private let stop: StopEvent

    /// A healthy dependency, whose waiting ends when it is time to stop.
    public init(stop: StopEvent) {
        self.stop = stop
    }

    /// Answers a request; it blocks for as long as a charge takes.
    public func handle(_ request: HTTPRequest) -> HTTPResponse {
        switch (request.method, request.path) {
        case (.post, "/charge"): charge()
        case (.get, "/metrics"): metrics()
        case (.get, "/control"): behaviour.withLock { $0.response }
        case (.post, "/control"): control(request)
        case (.get, "/health/live"), (.get, "/health/ready"): .text("ok\n")
        default: .text("there is no such page\n", status: 404)
        }
    }

    private func metrics() -> HTTPResponse {
        var writer = PrometheusTextWriter()
        writer.describe("payments_calls_total", .counter, help: "Calls of /charge.")
        writer.sample("payments_calls_total", value: Double(calls.withLock { $0 }))
        return .prometheus(writer.text)
    }

    private func charge() -> HTTPResponse {
        calls.withLock { $0 += 1 }
        let now = behaviour.withLock { $0 }
        guard !stop.wait(forMs: now.latencyMs) else {
            return .text("stopping\n", status: 503)
        }
        return failures.takesNext(now.errorRate)
            ? .text("the charge failed\n", status: 500)
            : .json(Array(#"{"charged":true}"#.utf8))
    }

    private func control(_ request: HTTPRequest) -> HTTPResponse {
        var wanted = request.queryValue("heal") == nil ? behaviour.withLock { $0 } : Behaviour()
        for field in request.query {
            switch field.name {
            case "latencyMs":
                guard let latencyMs = Int(field.value), (0...60_000).contains(latencyMs) else {
                    return .text("latencyMs is a whole number from 0 to 60000\n", status: 400)
                }
                wanted.latencyMs = latencyMs
            case "errorRate":
                guard let errorRate = Double(field.value), (0...1).contains(errorRate) else {
                    return .text("errorRate is a number from 0 to 1\n", status: 400)
                }
                wanted.errorRate = errorRate
            case "heal":
                break
            default:
                return .text("control takes latencyMs, errorRate and heal\n", status: 400)
            }
        }
        let decided = wanted
        behaviour.withLock { $0 = decided }
        return decided.response
    }
}
