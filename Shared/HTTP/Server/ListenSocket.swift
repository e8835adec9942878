internal import Glibc

/// A listening TCP socket, made here rather than by libmicrohttpd, which does not say why it
/// could not bind.
struct ListenSocket {
    let descriptor: Int32
    let port: Int

    init(bindAddress: String, port: Int) throws(HTTPServerError) {
        func failure(_ code: HTTPServerError.Code, _ reason: String) -> HTTPServerError {
            HTTPServerError(
                code: code, bindAddress: bindAddress, port: port,
                message: "cannot listen on \(bindAddress) port \(port): \(reason)")
        }
        guard (0...65535).contains(port) else {
            throw failure(.invalidConfiguration, "a port is a number from 0 to 65535")
        }
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var addresses: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(bindAddress, String(port), &hints, &addresses) == 0,
            let address = unsafe addresses
        else {
            throw failure(.invalidConfiguration, "it is not a numeric IP address")
        }
        defer { unsafe freeaddrinfo(addresses) }
        let descriptor = unsafe socket(
            address.pointee.ai_family,
            Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else {
            throw failure(.bindFailed, Self.describe(errno))
        }
        var yes: Int32 = 1
        // A restart must not wait for the last connections of its predecessor.
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard
            unsafe bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
            listen(descriptor, 511) == 0
        else {
            let number = errno
            close(descriptor)
            throw number == EADDRINUSE
                ? failure(.addressInUse, "another program listens there")
                : failure(.bindFailed, Self.describe(number))
        }
        self.descriptor = descriptor
        self.port = Self.boundPort(descriptor)
    }

    private static func boundPort(_ descriptor: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe _ = getsockname(descriptor, $0, &length)
            }
            // The port is at the same place in sockaddr_in and sockaddr_in6.
            return unsafe pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                Int(UInt16(bigEndian: unsafe $0.pointee.sin_port))
            }
        }
    }

    private static func describe(_ number: Int32) -> String {
        unsafe String(cString: strerror(number))
    }
}
