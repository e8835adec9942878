/// An HTTP/1.1 client on libcurl. A call blocks its thread until the response is there.
///
/// Only http and https; redirects are not followed, certificates are verified, compressed
/// responses are not asked for. Any number of threads may use one client: each call takes an idle
/// connection or makes one, and up to 16 are kept open for the next calls.
public final class HTTPClient: Sendable {
    private static let maxIdleHandles = 16

    private let configuration: HTTPClientConfiguration
    private let idle = Guarded([CurlHandle]())

    /// A client that keeps these limits.
    public init(_ configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        self.configuration = configuration
    }

    /// Sends a request and waits for its response, whatever the status of it.
    /// - Parameters:
    ///   - timeoutMs: for this call in the place of the configuration's.
    ///   - cancellation: ends it from another thread.
    /// - Throws: `HTTPClientError` when there is no whole response within the limits.
    public func send(
        _ method: HTTPMethod = .get, _ url: String, headers: HTTPHeaders = HTTPHeaders(),
        body: [UInt8] = [], timeoutMs: Int? = nil, cancellation: HTTPCancellation? = nil
    ) throws(HTTPClientError) -> HTTPResponse {
        var limits = configuration
        if let timeoutMs {
            limits.timeoutMs = timeoutMs
        }
        try Self.check(method, url, headers)
        let handle: CurlHandle
        if let idleHandle = idle.withLock({ $0.popLast() }) {
            handle = idleHandle
        } else {
            handle = try CurlHandle()
        }
        let result = handle.perform(
            method, url, headers: headers, body: body, limits: limits, cancellation: cancellation)
        idle.withLock { handles in
            if handles.count < Self.maxIdleHandles {
                handles.append(handle)
            }
        }
        return try result.get()
    }

    /// GETs a URL.
    public func get(
        _ url: String, headers: HTTPHeaders = HTTPHeaders()
    ) throws(HTTPClientError) -> HTTPResponse {
        try send(.get, url, headers: headers)
    }

    /// POSTs a body.
    public func post(
        _ url: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []
    ) throws(HTTPClientError) -> HTTPResponse {
        try send(.post, url, headers: headers, body: body)
    }

    /// Refuses what would let a value add lines to the request, or be cut at a zero byte.
    private static func check(
        _ method: HTTPMethod, _ url: String, _ headers: HTTPHeaders
    ) throws(HTTPClientError) {
        func refuse(_ what: String) -> HTTPClientError {
            HTTPClientError(code: .invalidRequest, message: what)
        }
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw refuse("a URL has no spaces and no control characters")
        }
        guard !method.rawValue.isEmpty, method.rawValue.utf8.allSatisfy(isTokenByte) else {
            throw refuse("a method is a word")
        }
        for field in headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(isTokenByte) else {
                throw refuse("the name of a header is a word")
            }
            guard field.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }) else {
                throw refuse("the header \(field.name) has a control character")
            }
        }
    }

    /// Whether a byte may be part of a token (RFC 9110, section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
