internal import CMicrohttpd
internal import Glibc

/// What the callbacks of libmicrohttpd share: it collects a request, calls the handler and queues
/// the response.
///
/// libmicrohttpd calls for a request first without its body, then for each piece of the body,
/// last with nothing: that is when it is answered.
final class ServerCore: Sendable {
    /// So many bytes beyond the limit are read and dropped, so that a client that is only a little
    /// over it reads the 413 rather than a reset connection.
    private static let toleratedExcessBytes = 256 << 10

    private struct Load {
        var activeRequests = 0
        var isDraining = false
    }

    private let maxBodyBytes: Int
    private let handler: HTTPServer.Handler
    private let load = Guarded(Load())

    init(maxBodyBytes: Int, handler: @escaping HTTPServer.Handler) {
        self.maxBodyBytes = maxBodyBytes
        self.handler = handler
    }

    /// From now on each response closes its connection.
    func beginDrain() {
        load.withLock { $0.isDraining = true }
    }

    func waitUntilIdle(timeoutMs: Int) {
        _ = load.wait(timeoutMs: timeoutMs) { $0.activeRequests == 0 }
    }

    // MARK: - Callbacks

    // Formed here, in nonisolated code: closures formed in code of the main actor trap when
    // another thread calls them.

    static var accessCallback: MHD_AccessHandlerCallback {
        { context, connection, url, method, _, upload, uploadSize, slot in
            guard let context = unsafe context, let connection = unsafe connection,
                let slot = unsafe slot, let uploadSize = unsafe uploadSize
            else { return .NO }
            let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
            guard let state = unsafe slot.pointee else {
                return unsafe core.begin(connection, url, method, slot)
            }
            let pending = unsafe Unmanaged<PendingRequest>.fromOpaque(state).takeUnretainedValue()
            let size = unsafe uploadSize.pointee
            guard size == 0 else {
                unsafe uploadSize.pointee = 0
                let bytes = unsafe UnsafeRawBufferPointer(start: upload, count: size)
                return unsafe core.collect(bytes, into: pending)
            }
            return unsafe core.answer(connection, pending)
        }
    }

    static var completedCallback: MHD_RequestCompletedCallback {
        { context, _, slot, _ in
            guard let context = unsafe context, let slot = unsafe slot,
                let state = unsafe slot.pointee
            else { return }
            unsafe slot.pointee = nil
            unsafe Unmanaged<PendingRequest>.fromOpaque(state).release()
            let core = unsafe Unmanaged<ServerCore>.fromOpaque(context).takeUnretainedValue()
            core.load.withLock { $0.activeRequests -= 1 }
        }
    }

    // MARK: - A request's way

    private func begin(
        _ connection: OpaquePointer, _ url: UnsafePointer<CChar>?,
        _ method: UnsafePointer<CChar>?, _ slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) -> MHD_Result {
        let request = unsafe HTTPRequest(
            method: HTTPMethod(rawValue: method.map { unsafe String(cString: $0) } ?? ""),
            path: url.map { unsafe String(cString: $0) } ?? "",
            query: connection.fields(.GET_ARGUMENT_KIND),
            headers: HTTPHeaders(connection.fields(.HEADER_KIND)),
            remoteAddress: connection.remoteAddress)
        unsafe slot.pointee = Unmanaged.passRetained(PendingRequest(request)).toOpaque()
        load.withLock { $0.activeRequests += 1 }
        if let declared = request.headers["Content-Length"].flatMap({ Int($0) }),
            declared > 0, declared - Self.toleratedExcessBytes > maxBodyBytes
        {
            return unsafe connection.queue(.bodyTooLarge(maxBodyBytes), closing: true)
        }
        return .YES
    }

    private func collect(
        _ bytes: UnsafeRawBufferPointer, into pending: PendingRequest
    ) -> MHD_Result {
        guard pending.receivedBytes + bytes.count <= maxBodyBytes else {
            pending.receivedBytes += bytes.count
            pending.request.body = []
            // No response can be queued within a body: what goes on for too long is cut off.
            return pending.receivedBytes - maxBodyBytes > Self.toleratedExcessBytes
                ? .NO : .YES
        }
        pending.receivedBytes += bytes.count
        unsafe pending.request.body.append(contentsOf: bytes)
        return .YES
    }

    private func answer(_ connection: OpaquePointer, _ pending: PendingRequest) -> MHD_Result {
        let response =
            pending.receivedBytes > maxBodyBytes
            ? HTTPResponse.bodyTooLarge(maxBodyBytes) : handler(pending.request)
        let closing = load.withLock { $0.isDraining }
        return unsafe connection.queue(response, closing: closing)
    }
}

/// A request that is still arriving. One thread at a time has it: that of its connection.
private final class PendingRequest {
    var request: HTTPRequest
    var receivedBytes = 0

    init(_ request: HTTPRequest) {
        self.request = request
    }
}

extension HTTPResponse {
    fileprivate static func bodyTooLarge(_ maxBodyBytes: Int) -> HTTPResponse {
        .text("the body is longer than \(maxBodyBytes) bytes\n", status: 413)
    }
}
