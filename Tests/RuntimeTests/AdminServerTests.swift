import Contracts
import HTTP
import Testing

@testable import Runtime

/// The one thing that the admin port lets somebody do, and for whom.
@Suite struct AdminServerTests {
    private final class Admin {
        let drains = Locked(0)
        let server: AdminServer
        let client = HTTPClient()

        init() throws {
            let drains = drains
            server = try AdminServer(
                bindAddress: "127.0.0.1", port: 0, instance: "control-core-1",
                health: HealthState(), metrics: MetricsRegistry(),
                drain: { drains.withLock { $0 += 1 } })
        }

        deinit { server.stop() }

        func drain(_ body: String, _ headers: HTTPHeaders = HTTPHeaders()) throws -> HTTPResponse {
            try client.post(
                "http://127.0.0.1:\(server.port)/drain", headers: headers, body: Array(body.utf8))
        }
    }

    @Test func `Asked by its name from this machine, the instance drains`() throws {
        let admin = try Admin()
        let answer = try admin.drain(#"{"instance":"control-core-1"}"#)
        #expect(answer.status == 202)
        #expect(admin.drains.withLock { $0 } == 1)
    }

    @Test func `Asked by another name, by none, or by GET, it goes on`() throws {
        let admin = try Admin()
        #expect(try admin.drain(#"{"instance":"control-core-0"}"#).status == 409)
        #expect(try admin.drain("").status == 400)
        #expect(try admin.drain(#"{"instance":7}"#).status == 400)
        #expect(try admin.drain("[[[[").status == 400)
        #expect(
            try admin.client.get("http://127.0.0.1:\(admin.server.port)/drain").status == 404)
        #expect(admin.drains.withLock { $0 } == 0)
    }

    @Test func `A browser on this machine is refused, whatever page sent it`() throws {
        let admin = try Admin()
        let body = #"{"instance":"control-core-1"}"#
        let foreign = HTTPHeaders([HTTPField(name: "Origin", value: "http://evil.example")])
        #expect(try admin.drain(body, foreign).status == 403)
        // A name of the page's own that leads to the loopback.
        let rebound = HTTPHeaders([HTTPField(name: "Host", value: "evil.example:7101")])
        #expect(try admin.drain(body, rebound).status == 403)
        #expect(admin.drains.withLock { $0 } == 0)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1:7101", true), ("::1", "[::1]:7101", true),
        ("::ffff:127.0.0.1", "localhost:7101", true), ("127.8.9.1", "127.8.9.1", true),
        ("10.0.0.7", "127.0.0.1:7101", false), ("", "127.0.0.1:7101", false),
        ("127.0.0.1.evil", "127.0.0.1", false), ("127.0.0.1", "10.0.0.7:7101", false),
        ("::ffff:10.0.0.7", "127.0.0.1", false),
    ])
    func `Only a peer on the loopback is heard, wherever the port listens`(
        peer: String, host: String, isHeard: Bool
    ) {
        let request = HTTPRequest(
            method: .post, path: "/drain",
            headers: HTTPHeaders([HTTPField(name: "Host", value: host)]), remoteAddress: peer)
        #expect((DrainEndpoint.refusal(of: request) == nil) == isHeard)
    }

    @Test func `An instance's name says where its admin port is`() {
        #expect(AdminPorts.port(ofInstance: "control-core-1") == 7101)
        #expect(AdminPorts.port(ofInstance: "os-core") == 7103)
        #expect(AdminPorts.port(ofInstance: "checkout-1") == nil)
        #expect(AdminPorts.port(ofInstance: "os-corekscrew") == nil)
    }
}
