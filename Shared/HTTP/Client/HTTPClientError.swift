/// Why there is no response.
///
/// The message names no URL, for the path of a webhook is a secret.
public struct HTTPClientError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// The URL, a header or the method is not valid: nothing was sent.
        public static let invalidRequest = Code(description: "invalid request")
        /// The name of the host has no address.
        public static let resolve = Code(description: "resolve")
        /// Nobody listens there, or the network does not lead there.
        public static let connect = Code(description: "connect")
        /// A time-out of the configuration was reached.
        public static let timeout = Code(description: "timeout")
        /// The response is longer than the configuration allows.
        public static let tooLarge = Code(description: "too large")
        /// TLS could not be agreed on, or the certificate is not trusted.
        public static let tls = Code(description: "tls")
        /// The peer closed too early, or what it sent is not HTTP.
        public static let `protocol` = Code(description: "protocol")
        /// Somebody ended it: `HTTPCancellation`.
        public static let cancelled = Code(description: "cancelled")
        /// Any other failure, as no memory.
        public static let other = Code(description: "other")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, in a sentence.
    public let message: String

    /// An error of this kind.
    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the peer may have received the request and acted on it: then only a request with
    /// an idempotency key may be sent again.
    public var mayHaveArrived: Bool {
        ![.invalidRequest, .resolve, .connect, .tls].contains(code)
    }

    /// The code and the message.
    public var description: String { "\(code): \(message)" }
}
