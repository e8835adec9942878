/// Why a server could not start.
public struct HTTPServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// The address is not a numeric IPv4 or IPv6 address, or a number is out of range.
        public static let invalidConfiguration = Code(description: "invalid configuration")
        /// Another program listens on that port.
        public static let addressInUse = Code(description: "address in use")
        /// The system refused the address or the port for another reason.
        public static let bindFailed = Code(description: "bind failed")
        /// libmicrohttpd did not start: no threads or no memory.
        public static let startFailed = Code(description: "start failed")
    }

    /// The kind of failure.
    public let code: Code
    /// The address that was asked for.
    public let bindAddress: String
    /// The port that was asked for.
    public let port: Int
    /// What happened, in a sentence with address and port.
    public let message: String

    /// The message.
    public var description: String { message }
}
