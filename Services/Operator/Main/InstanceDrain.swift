internal import CommandLineKit
internal import HTTP
internal import JSON
internal import OperatorDomain
internal import Runtime

/// Tells an instance, by its admin port, to leave its group for good, and waits until it is gone.
struct InstanceDrain: Sendable {
    /// How long an instance may take: what it has open is committed within that, or aborted.
    private static let limit: Duration = .seconds(30)

    private let invocation: Invocation
    private let client = HTTPClient(HTTPClientConfiguration(timeoutMs: 3_000))

    init(_ invocation: Invocation) { self.invocation = invocation }

    func run(_ instance: String, admin: String?) async throws -> ExitCode {
        let address = try admin ?? Self.defaultAddress(of: instance)
        invocation.err.line("to \(address.sanitized): \(instance.sanitized) is to leave for good")
        let askedMs = SystemClock.monotonicMs()
        let answer = try await ask(instance, at: address)
        guard answer.status == 202 else {
            let why = String(decoding: answer.body.prefix(300), as: UTF8.self).sanitized
            throw CommandFailure(
                "\(address) refused it (\(answer.status)): \(why)",
                hint: "--admin names the admin port of \(instance).", exitCode: .refused)
        }
        guard try await hasGone(address) else {
            throw CommandFailure(
                "\(instance) was told, and still runs after \(Self.limit)",
                hint: "Its log says what it waits for.", exitCode: .notAppliedInTime)
        }
        let ms = SystemClock.monotonicMs() - askedMs
        invocation.out.line("\(instance.sanitized) has left after \(ms) ms")
        return .success
    }

    private static func defaultAddress(of instance: String) throws -> String {
        guard let port = AdminPorts.port(ofInstance: instance) else {
            throw CommandFailure(
                "\(instance) is not named after a service",
                hint: "--admin HOST:PORT says where its admin port is.", exitCode: .usage)
        }
        return "127.0.0.1:\(port)"
    }

    private func ask(_ instance: String, at address: String) async throws -> HTTPResponse {
        let request: JSONValue = .object(["instance": .string(instance)])
        let body = try request.serialized()
        let client = client
        do {
            return try await blocking {
                try client.post(
                    "http://\(address)/drain",
                    headers: HTTPHeaders([
                        HTTPField(name: "Content-Type", value: "application/json")
                    ]), body: body)
            }
        } catch let error as HTTPClientError {
            throw CommandFailure(
                "NOT SENT: \(error.message)",
                hint: "--admin HOST:PORT says where its admin port is; it is in its log.",
                exitCode: .notSent)
        }
    }

    /// Its port does not answer any more: it is closed last.
    private func hasGone(_ address: String) async throws -> Bool {
        let deadline = ContinuousClock.now + Self.limit
        while ContinuousClock.now < deadline {
            let client = client
            let status = try? await blocking {
                try client.get("http://\(address)/health/live").status
            }
            if status == nil { return true }
            try await Task.sleep(for: .milliseconds(20))
        }
        return false
    }
}
