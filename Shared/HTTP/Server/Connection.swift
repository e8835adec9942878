internal import CMicrohttpd
internal import Glibc

/// A connection of libmicrohttpd (`MHD_Connection *`), valid within a callback.
extension OpaquePointer {
    /// The headers, or the parameters of the query, in their order.
    func fields(_ kind: MHD_ValueKind) -> [HTTPField] {
        var fields: [HTTPField] = []
        unsafe withUnsafeMutablePointer(to: &fields) { pointer in
            _ = unsafe MHD_get_connection_values_n(self, kind, Self.appendField, pointer)
        }
        return fields
    }

    /// The numeric address of the peer.
    var remoteAddress: String {
        guard let address = unsafe dn_mhd_client_address(self) else { return "" }
        let length =
            unsafe address.pointee.sa_family == sa_family_t(AF_INET6)
            ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            unsafe getnameinfo(
                address, socklen_t(length), &buffer, socklen_t(buffer.count), nil, 0,
                NI_NUMERICHOST) == 0
        else { return "" }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Queues a response. One that cannot be sent as it is (a header with a line break, a status
    /// that is none) becomes a 500: the mistake is the handler's, and the client should see it.
    func queue(_ response: HTTPResponse, closing: Bool) -> MHD_Result {
        guard (200...599).contains(response.status) else {
            return unsafe queue(.text("", status: 500), closing: true)
        }
        let made = unsafe response.body.withUnsafeBytes { bytes in
            // libmicrohttpd copies the bytes at once and never writes to them.
            unsafe MHD_create_response_from_buffer(
                bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress),
                .RESPMEM_MUST_COPY)
        }
        guard let made = unsafe made else { return .NO }
        defer { unsafe MHD_destroy_response(made) }
        for field in response.headers.fields {
            guard unsafe MHD_add_response_header(made, field.name, field.value) == .YES else {
                return unsafe queue(.text("", status: 500), closing: true)
            }
        }
        if closing {
            unsafe MHD_add_response_header(made, "Connection", "close")
        }
        return unsafe MHD_queue_response(self, UInt32(response.status), made)
    }

    private static var appendField: MHD_KeyValueIteratorN {
        { context, _, key, keySize, value, valueSize in
            guard let fields = unsafe context?.assumingMemoryBound(to: [HTTPField].self) else {
                return .NO
            }
            unsafe fields.pointee.append(
                HTTPField(
                    name: OpaquePointer.text(key, keySize),
                    value: OpaquePointer.text(value, valueSize)))
            return .YES
        }
    }

    /// Text of a length that is given, for it may hold a zero byte.
    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        unsafe String(
            decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count),
            as: UTF8.self)
    }
}
