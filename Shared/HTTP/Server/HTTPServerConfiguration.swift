/// Where a server listens and what it puts up with.
public struct HTTPServerConfiguration: Sendable {
    /// Which threads run the handler.
    public enum Concurrency: Hashable, Sendable {
        /// All connections on one thread: the least memory. The handler must not block.
        case oneThread
        /// Connections shared out over this many threads. A handler that blocks holds up the
        /// other connections of its thread.
        case pool(threads: Int)
        /// A thread for each connection: the handler may block, as in a call of another service.
        case threadPerConnection
    }

    /// The numeric address to listen on; loopback unless said otherwise.
    public var bindAddress = "127.0.0.1"
    /// The port; 0 takes any free one, which `HTTPServer.port` then says.
    public var port = 0
    /// Which threads run the handler.
    public var concurrency = Concurrency.oneThread
    /// Open connections at most; more wait in the kernel's backlog until one closes.
    public var maxConnections = 256
    /// After so many seconds without a byte a connection is closed.
    public var idleTimeoutSeconds = 30
    /// The largest body taken; a longer one is answered with 413.
    public var maxBodyBytes = 1 << 20
    /// Memory for the request line, headers and buffers of one connection: longer headers are
    /// answered with 431, a longer request line with 414. At least 4 KiB.
    public var maxHeaderBytes = 32 << 10

    /// Loopback, any free port, one thread.
    public init() {}

    /// Loopback unless said otherwise, this port, these threads.
    public init(
        bindAddress: String = "127.0.0.1", port: Int, concurrency: Concurrency = .oneThread
    ) {
        self.bindAddress = bindAddress
        self.port = port
        self.concurrency = concurrency
    }
}
