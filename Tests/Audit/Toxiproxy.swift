internal import AuditKit
internal import HTTP
internal import Processes
internal import Runtime
internal import TestKit

/// A proxy between the services and the broker that makes the network bad, as it is told by HTTP.
struct Toxiproxy: Sendable {
    private let child: ChildProcess
    private let client = HTTPClient(HTTPClientConfiguration(timeoutMs: 5_000))
    private let api: String

    /// Starts the program, with one proxy from `port` to `upstream` on the loopback.
    static func start(_ program: String, port: Int, upstream: Int) async throws -> Toxiproxy {
        let apiPort = try FreePort.take()
        let child = try ChildProcess.start(program, ["-port", "\(apiPort)"])
        let proxy = Toxiproxy(child: child, api: "http://127.0.0.1:\(apiPort)")
        try await eventually("the proxy answers") {
            (try? await proxy.ask(.get, "/proxies", "")) != nil
        }
        try await proxy.ask(
            .post, "/proxies",
            #"{"name":"kafka","listen":"127.0.0.1:\#(port)","upstream":"127.0.0.1:\#(upstream)"}"#)
        return proxy
    }

    private init(child: ChildProcess, api: String) {
        self.child = child
        self.api = api
    }

    /// Closes every connection and refuses new ones, or lets them through again.
    func setOpen(_ isOpen: Bool) async throws {
        try await ask(.post, "/proxies/kafka", #"{"enabled":\#(isOpen)}"#)
    }

    /// Adds a fault, by its kind and attributes, in one direction.
    func add(_ kind: String, _ attributes: String, stream: String) async throws {
        try await ask(
            .post, "/proxies/kafka/toxics",
            #"{"name":"\#(kind)-\#(stream)","type":"\#(kind)","stream":"\#(stream)","#
                + #""attributes":{\#(attributes)}}"#)
    }

    /// Takes it away.
    func remove(_ kind: String, stream: String) async throws {
        try await ask(.delete, "/proxies/kafka/toxics/\(kind)-\(stream)", "")
    }

    func stop() { child.stop(grace: .seconds(2)) }

    private func ask(_ method: HTTPMethod, _ path: String, _ body: String) async throws {
        let (client, api) = (client, api)
        let answer = try await offPool {
            try client.send(method, api + path, body: Array(body.utf8))
        }
        guard (200..<300).contains(answer.status) else {
            throw EndToEndError(
                "the proxy refuses \(path): \(String(decoding: answer.body, as: UTF8.self))")
        }
    }
}
