import Dispatch
import HTTP
import Testing

@Suite struct `HTTP client` {
    private static func code(
        _ body: () throws(HTTPClientError) -> HTTPResponse
    ) -> HTTPClientError.Code? {
        do throws(HTTPClientError) {
            _ = try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "file:///etc/hostname", "gopher://127.0.0.1/", "http://", "",
        "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/",
    ])
    func `refuses what is no URL of the web`(url: String) {
        let code = Self.code { () throws(HTTPClientError) in try HTTPClient().get(url) }
        #expect(code == .invalidRequest)
    }

    @Test(arguments: [
        ("X", "a\r\nY: b"), ("X", "a\0b"), ("X: y", "a"), ("", "a"),
    ])
    func `refuses headers that would add lines`(name: String, value: String) throws {
        let server = try HTTPServer { _ in .text("") }
        defer { server.stop() }
        let headers = HTTPHeaders([HTTPField(name: name, value: value)])
        let code = Self.code { () throws(HTTPClientError) in
            try HTTPClient().get("http://127.0.0.1:\(server.port)/", headers: headers)
        }
        #expect(code == .invalidRequest)
    }

    @Test func `refuses a method that is no word`() {
        let code = Self.code { () throws(HTTPClientError) in
            try HTTPClient().send(HTTPMethod(rawValue: "GET / X"), "http://127.0.0.1:1/")
        }
        #expect(code == .invalidRequest)
    }

    @Test func `says that nobody listens`() throws {
        let server = try HTTPServer { _ in .text("") }
        let port = server.port
        server.stop()
        let error = #expect(throws: HTTPClientError.self) {
            try HTTPClient().get("http://127.0.0.1:\(port)/secret-path")
        }
        #expect(error?.code == .connect)
        #expect(error?.mayHaveArrived == false)
        #expect(error?.message.contains("secret-path") == false)
    }

    @Test func `says that a name does not resolve`() {
        // RFC 6761 keeps this domain from ever existing.
        let code = Self.code { () throws(HTTPClientError) in
            try HTTPClient().get("http://nobody.invalid/")
        }
        #expect(code == .resolve || code == .timeout)
    }

    @Test func `gives up after its time-out`() throws {
        let released = DispatchSemaphore(value: 0)
        let server = try HTTPServer(
            HTTPServerConfiguration(port: 0, concurrency: .threadPerConnection)
        ) { _ in
            released.wait()
            return .text("late")
        }
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)/"
        let clock = ContinuousClock()
        let start = clock.now
        let error = #expect(throws: HTTPClientError.self) {
            try HTTPClient().send(.get, url, timeoutMs: 100)
        }
        #expect(error?.code == .timeout)
        #expect(error?.mayHaveArrived == true)
        #expect(clock.now - start < .seconds(5))
        released.signal()
    }

    @Test(arguments: ["Content-Length: 1001\r\n", ""])
    func `refuses a response that is too long, with its length declared or not`(
        header: String
    ) throws {
        let head = "HTTP/1.1 200 OK\r\n\(header)\r\n"
        let server = try RawServer(answer: Array(head.utf8) + [UInt8](repeating: 65, count: 1001))
        var configuration = HTTPClientConfiguration()
        configuration.maxResponseBytes = 1000
        let client = HTTPClient(configuration)
        let url = "http://127.0.0.1:\(server.port)/"
        #expect(Self.code { () throws(HTTPClientError) in try client.get(url) } == .tooLarge)
    }

    @Test func `takes a response of just its limit`() throws {
        let server = try HTTPServer { _ in
            HTTPResponse(status: 200, body: [UInt8](repeating: 65, count: 1000))
        }
        defer { server.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.maxResponseBytes = 1000
        let response = try HTTPClient(configuration).get("http://127.0.0.1:\(server.port)/")
        #expect(response.body.count == 1000)
    }

    @Test func `refuses headers without end`() throws {
        let lines = String(repeating: "X: \(String(repeating: "a", count: 1000))\r\n", count: 100)
        let server = try RawServer(answer: Array("HTTP/1.1 200 OK\r\n\(lines)\r\n".utf8))
        let url = "http://127.0.0.1:\(server.port)/"
        let code = Self.code { () throws(HTTPClientError) in try HTTPClient().get(url) }
        #expect(code == .tooLarge)
    }

    @Test(arguments: [
        "", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `says that the answer is not HTTP`(answer: String) throws {
        let server = try RawServer(answer: Array(answer.utf8))
        let url = "http://127.0.0.1:\(server.port)/"
        let error = #expect(throws: HTTPClientError.self) { try HTTPClient().get(url) }
        #expect([.protocol, .invalidRequest].contains(error?.code))
    }

    @Test func `does not speak TLS to a server that does not`() throws {
        let server = try HTTPServer { _ in .text("") }
        defer { server.stop() }
        let url = "https://127.0.0.1:\(server.port)/"
        let code = Self.code { () throws(HTTPClientError) in try HTTPClient().get(url) }
        #expect(code == .tls)
    }

    @Test func `does not follow a redirect`() throws {
        let server = try HTTPServer { request in
            request.path == "/"
                ? HTTPResponse(status: 302, headers: ["Location": "/elsewhere"]) : .text("followed")
        }
        defer { server.stop() }
        let response = try HTTPClient().get("http://127.0.0.1:\(server.port)/")
        #expect(response.status == 302)
        #expect(response.headers["location"] == "/elsewhere")
    }

    @Test func `keeps its connection for the next request`() throws {
        let server = try HTTPServer(
            HTTPServerConfiguration(port: 0, concurrency: .oneThread)
        ) { request in
            .text(request.headers["X-Count"] ?? "none")
        }
        defer { server.stop() }
        let client = HTTPClient()
        let url = "http://127.0.0.1:\(server.port)/"
        #expect(try client.get(url, headers: ["X-Count": "1"]).bodyText == "1")
        // The options of one request do not leak into the next.
        #expect(try client.post(url, body: [1, 2, 3]).bodyText == "none")
        #expect(try client.get(url).bodyText == "none")
    }
}
