/// A response: what a handler gives back, and what a client receives.
public struct HTTPResponse: Hashable, Sendable {
    /// The status code, as in 200.
    public var status: Int
    /// The headers. The server adds `Content-Length`, `Date` and `Connection` itself.
    public var headers: HTTPHeaders
    /// The body.
    public var body: [UInt8]

    /// A response of these parts.
    public init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Plain text in UTF-8.
    public static func text(
        _ text: String, status: Int = 200, headers: HTTPHeaders = HTTPHeaders()
    ) -> HTTPResponse {
        typed("text/plain; charset=utf-8", Array(text.utf8), status, headers)
    }

    /// Bytes that are JSON already.
    public static func json(
        _ bytes: [UInt8], status: Int = 200, headers: HTTPHeaders = HTTPHeaders()
    ) -> HTTPResponse {
        typed("application/json", bytes, status, headers)
    }

    /// Metrics in the Prometheus text format 0.0.4, as `PrometheusTextWriter` writes them.
    public static func prometheus(_ text: String) -> HTTPResponse {
        typed(PrometheusText.contentType, Array(text.utf8), 200, HTTPHeaders())
    }

    /// The body as text, with U+FFFD in the place of what is not UTF-8.
    public var bodyText: String {
        String(decoding: body, as: UTF8.self)
    }

    private static func typed(
        _ contentType: String, _ body: [UInt8], _ status: Int, _ headers: HTTPHeaders
    ) -> HTTPResponse {
        var headers = headers
        if headers["Content-Type"] == nil {
            headers["Content-Type"] = contentType
        }
        return HTTPResponse(status: status, headers: headers, body: body)
    }
}
