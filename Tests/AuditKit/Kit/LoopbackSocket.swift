import Glibc

/// A TCP socket on 127.0.0.1, with calls that block. Safe to close from another thread, which ends
/// the calls.
@safe struct LoopbackSocket: Sendable {
    let descriptor: Int32

    /// Listens; port 0 takes any free one.
    static func listen(port: Int) throws -> LoopbackSocket {
        let socket = try make()
        var yes: Int32 = 1
        unsafe setsockopt(
            socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &yes,
            socklen_t(MemoryLayout<Int32>.size))
        let bound = unsafe withAddress(port) { unsafe bind(socket.descriptor, $0, $1) }
        guard bound == 0, Glibc.listen(socket.descriptor, 128) == 0 else {
            socket.close()
            throw EndToEndError("cannot listen on 127.0.0.1:\(port): errno \(errno)")
        }
        return socket
    }

    /// Connects.
    static func connect(port: Int) throws -> LoopbackSocket {
        let socket = try make()
        guard unsafe withAddress(port, { unsafe Glibc.connect(socket.descriptor, $0, $1) }) == 0
        else {
            socket.close()
            throw EndToEndError("cannot connect to 127.0.0.1:\(port): errno \(errno)")
        }
        return socket
    }

    /// The next connection; nil once the socket is shut down.
    func accept() -> LoopbackSocket? {
        let accepted = Glibc.accept(descriptor, nil, nil)
        guard accepted >= 0 else { return nil }
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        let socket = LoopbackSocket(descriptor: accepted)
        socket.sendAtOnce()
        return socket
    }

    /// The port that it is bound to.
    var port: Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe _ = getsockname(descriptor, $0, &length)
            }
            return Int(unsafe UInt16(bigEndian: pointer.pointee.sin_port))
        }
    }

    /// Reads what is there, at most `bytes.count`; 0 at the end or after an error.
    func read(into bytes: inout [UInt8]) -> Int {
        max(0, unsafe recv(descriptor, &bytes, bytes.count, 0))
    }

    /// Writes all of it.
    /// - Returns: false if the peer is gone.
    func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var sent = 0
            while sent < buffer.count {
                let count = unsafe send(
                    descriptor, buffer.baseAddress.map { unsafe $0 + sent }, buffer.count - sent,
                    Int32(MSG_NOSIGNAL))
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    /// Ends all calls on it.
    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func close() { _ = Glibc.close(descriptor) }

    private func sendAtOnce() {
        var yes: Int32 = 1
        unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes,
            socklen_t(MemoryLayout<Int32>.size))
    }

    private static func make() throws -> LoopbackSocket {
        let descriptor = socket(
            AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw EndToEndError("no socket: errno \(errno)") }
        let socket = LoopbackSocket(descriptor: descriptor)
        socket.sendAtOnce()
        return socket
    }

    private static func withAddress(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
