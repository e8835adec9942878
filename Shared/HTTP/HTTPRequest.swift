/// A request as a server's handler sees it.
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// The path, percent-decoded and without the query, as in `/health/live`.
    public var path: String
    /// The parameters of the query in their order, percent-decoded; `?heal` has an empty value.
    public var query: [HTTPField]
    /// The headers.
    public var headers: HTTPHeaders
    /// The body, empty when there is none.
    public var body: [UInt8]
    /// The numeric address of the peer, as in `127.0.0.1`; empty when it is not known.
    public var remoteAddress: String

    /// A request of these parts.
    public init(
        method: HTTPMethod = .get, path: String, query: [HTTPField] = [],
        headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [], remoteAddress: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// The first value of a parameter of the query.
    public func queryValue(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// The body as text, with U+FFFD in the place of what is not UTF-8.
    public var bodyText: String {
        String(decoding: body, as: UTF8.self)
    }
}
