/// What a client puts up with.
public struct HTTPClientConfiguration: Sendable {
    /// Time to resolve the name and to connect, TLS included.
    public var connectTimeoutMs = 2000
    /// Time for the whole request, from the call to the last byte of the response.
    public var timeoutMs = 10_000
    /// The largest body taken; a longer one is an error `.tooLarge`.
    public var maxResponseBytes = 8 << 20
    /// A file of certificate authorities in PEM in the place of the system's, for services with
    /// an authority of their own. Certificates are always verified.
    public var certificateAuthorityFile: String?
    /// Whether `http_proxy` and its like in the environment are obeyed. Off, for most calls go to
    /// services nearby.
    public var usesEnvironmentProxy = false

    /// The values above.
    public init() {}

    /// The values above, with this time for the whole request.
    public init(timeoutMs: Int) {
        self.timeoutMs = timeoutMs
        connectTimeoutMs = min(connectTimeoutMs, timeoutMs)
    }
}
