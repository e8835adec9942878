internal import CMicrohttpd
internal import Glibc

/// An HTTP/1.1 server on libmicrohttpd: it listens from its creation until `stop()`.
///
/// Hostile requests are answered with 4xx or cut off within the limits of the configuration.
/// Safe to use from any thread.
public final class HTTPServer: Sendable {
    /// Answers a request. Called on a thread of the server, by several threads at once unless
    /// the concurrency is `oneThread`.
    public typealias Handler = @Sendable (HTTPRequest) -> HTTPResponse

    private enum Phase {
        case running, stopping, stopped
    }

    /// The address that it listens on.
    public let bindAddress: String
    /// The port that it listens on, the real one when 0 was asked for.
    public let port: Int
    private let core: ServerCore
    private let daemon: DaemonHandle
    private let phase = Guarded(Phase.running)

    /// Binds, listens and answers.
    /// - Throws: `HTTPServerError`, which names address and port.
    public init(
        _ configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
        handler: @escaping Handler
    ) throws(HTTPServerError) {
        let socket = try ListenSocket(
            bindAddress: configuration.bindAddress, port: configuration.port)
        let core = ServerCore(maxBodyBytes: max(0, configuration.maxBodyBytes), handler: handler)
        guard let daemon = DaemonHandle(configuration, socket: socket.descriptor, core: core) else {
            let reason = unsafe String(cString: strerror(errno))
            close(socket.descriptor)
            throw HTTPServerError(
                code: .startFailed, bindAddress: configuration.bindAddress, port: socket.port,
                message: "cannot serve on \(configuration.bindAddress) port \(socket.port): "
                    + reason)
        }
        self.core = core
        self.daemon = daemon
        bindAddress = configuration.bindAddress
        port = socket.port
    }

    deinit {
        stop(drainTimeoutMs: 0)
    }

    /// Takes no new connection, lets requests under way be answered, then closes everything.
    ///
    /// Returns when all threads of the server have ended; a second call waits for the first.
    /// A handler that is still running is always waited for, whatever the time-out, which bounds
    /// the wait for slow peers. Never call this from a handler: it would wait for itself.
    public func stop(drainTimeoutMs: Int = 5000) {
        let isFirst = phase.withLock { phase in
            defer { phase = phase == .running ? .stopping : phase }
            return phase == .running
        }
        guard isFirst else {
            while !phase.wait(timeoutMs: 60_000, until: { $0 == .stopped }) {}
            return
        }
        core.beginDrain()
        let socket = daemon.quiesce()
        if socket >= 0 {
            // Refuses at once who comes now; a thread may still poll it, so it is closed later.
            shutdown(socket, Int32(SHUT_RDWR))
        }
        core.waitUntilIdle(timeoutMs: drainTimeoutMs)
        daemon.stop()
        if socket >= 0 {
            close(socket)
        }
        phase.withLock { $0 = .stopped }
    }
}

/// The daemon's pointer; it is used until `stop()` only, which `HTTPServer` calls once.
@safe private struct DaemonHandle: @unchecked Sendable {
    private let pointer: OpaquePointer

    init?(_ configuration: HTTPServerConfiguration, socket: Int32, core: ServerCore) {
        let mode: Int32
        var threads: UInt32 = 1
        switch configuration.concurrency {
        case .oneThread:
            mode = DN_MHD_ONE_THREAD
        case .pool(let count):
            // libmicrohttpd takes a pool of one for a mistake.
            mode = count > 1 ? DN_MHD_THREAD_POOL : DN_MHD_ONE_THREAD
            threads = UInt32(clamping: count)
        case .threadPerConnection:
            mode = DN_MHD_THREAD_PER_CONNECTION
        }
        let started = unsafe dn_mhd_start(
            mode, socket, threads,
            max(threads, UInt32(clamping: configuration.maxConnections)),
            max(1, UInt32(clamping: configuration.idleTimeoutSeconds)),
            max(4 << 10, configuration.maxHeaderBytes),
            ServerCore.accessCallback, ServerCore.completedCallback,
            // Unretained: HTTPServer keeps the core for as long as the daemon has threads.
            Unmanaged.passUnretained(core).toOpaque())
        guard let started = unsafe started else { return nil }
        unsafe pointer = started
    }

    /// Stops accepting, and gives back the listening socket.
    func quiesce() -> Int32 {
        unsafe MHD_quiesce_daemon(pointer)
    }

    /// Closes every connection and waits for the threads.
    func stop() {
        unsafe MHD_stop_daemon(pointer)
    }
}
