import Contracts
import Effectors
import HTTP
import Streams
import Testing

@Suite struct `A request of an action` {
    private static func call(
        _ url: String, timeoutMs: Int64? = nil, expected: [Int] = [200]
    ) throws -> ActionStep {
        ActionStep(
            .call(
                .init(
                    method: "POST", url: try ActionTemplate(url),
                    headers: ["Authorization": try ActionTemplate("Bearer ${secret.token}")],
                    body: try ActionTemplate(#"{"note":"${note|json}"}"#),
                    expectedStatus: expected)),
            timeoutMs: timeoutMs)
    }

    private static let secrets: [String: ActionSecret] = [
        "token": .file((try? ActionTemplate("token")) ?? .empty)
    ]

    private func server(
        _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) throws -> HTTPServer {
        try HTTPServer(HTTPServerConfiguration(port: 0)) { answer($0) }
    }

    @Test func `Carries its key, its secret and its body, and masks what comes back`()
        async throws
    {
        let seen = Locked<HTTPRequest?>(nil)
        let server = try server { request in
            seen.withLock { $0 = request }
            return .text("thanks for opensesame")
        }
        defer { server.stop() }
        let fixture = try StepFixture(
            try Self.call("http://127.0.0.1:\(server.port)/hook"), secrets: Self.secrets,
            files: ["token": "opensesame"])
        let end = try await fixture.end(try fixture.intent(note: "a\"b"))
        #expect(end.succeeded == true && end.output == "thanks for ***")
        let request = try #require(seen.withLock { $0 })
        #expect(request.headers["Authorization"] == "Bearer opensesame")
        #expect(request.headers["Idempotency-Key"] == "a1-effect-0")
        #expect(request.bodyText == #"{"note":"a\"b"}"#)
    }

    @Test(arguments: [
        (302, "answered 302; redirects are not followed"), (404, "answered 404"),
        (500, "answered 500"),
    ])
    func `A status that was not expected is a failure`(status: Int, reason: String) async throws {
        let server = try server { _ in
            .text("no", status: status, headers: ["Location": "http://127.0.0.1:1/"])
        }
        defer { server.stop() }
        let fixture = try StepFixture(
            try Self.call("http://127.0.0.1:\(server.port)/"), secrets: Self.secrets,
            files: ["token": "opensesame"])
        let end = try await fixture.end(try fixture.intent())
        #expect(end.code == "effect_failed" && end.reason == reason)
    }

    @Test func `An answer that is too large is given up`() async throws {
        let server = try server { _ in
            .text(String(repeating: "x", count: 4 << 20))
        }
        defer { server.stop() }
        let fixture = try StepFixture(
            try Self.call("http://127.0.0.1:\(server.port)/"), secrets: Self.secrets,
            files: ["token": "opensesame"])
        let end = try await fixture.end(try fixture.intent())
        #expect(end.succeeded == false && end.reason?.contains("longer than") == true)
    }

    @Test func `An endpoint that stalls is given up after its time, and at once at the end`()
        async throws
    {
        let isHeld = Locked(true)
        let wakeup = Wakeup()
        let server = try server { _ in
            while isHeld.withLock({ $0 }) { wakeup.wait(since: wakeup.seen, timeoutMs: 10) }
            return .text("at last")
        }
        defer {
            isHeld.withLock { $0 = false }
            server.stop()
        }
        let url = "http://127.0.0.1:\(server.port)/"
        let fixture = try StepFixture(
            try Self.call(url, timeoutMs: 300), secrets: Self.secrets,
            files: ["token": "opensesame"])
        #expect(try await fixture.end(try fixture.intent()).code == "timed_out")
        let patient = try StepFixture(
            try Self.call(url, timeoutMs: 60_000), secrets: Self.secrets,
            files: ["token": "opensesame"])
        let said = Locked(0)
        let effector = ActionEffector(epoch: "e1", runner: patient.runner) { _ in
            said.withLock { $0 += 1 }
        }
        try effector.take(try patient.intent())
        while said.withLock({ $0 }) < 1 { try await Task.sleep(for: .milliseconds(5)) }
        let begun = ContinuousClock.now
        effector.stop()
        #expect(ContinuousClock.now - begun < .seconds(5))
    }
}
