internal import CCurl

/// Collects a response as curl receives it, up to its limits.
final class ReceivedResponse {
    /// Headers of an honest server are far shorter.
    private static let maxHeaderBytes = 64 << 10

    private let maxBodyBytes: Int
    private var body: [UInt8] = []
    private var headers: [HTTPField] = []
    private var headerBytes = 0
    private(set) var isTooLarge = false

    init(maxBodyBytes: Int) {
        self.maxBodyBytes = maxBodyBytes
    }

    func response(status: Int) -> HTTPResponse {
        HTTPResponse(status: status, headers: HTTPHeaders(headers), body: body)
    }

    // Formed in nonisolated code, as in ServerCore.

    static var bodySink: dn_curl_sink {
        { bytes, size, count, context in
            unsafe ReceivedResponse.receive(bytes, size * count, context) { received, bytes in
                guard bytes.count <= received.maxBodyBytes - received.body.count else {
                    return false
                }
                unsafe received.body.append(contentsOf: bytes)
                return true
            }
        }
    }

    static var headerSink: dn_curl_sink {
        { bytes, size, count, context in
            unsafe ReceivedResponse.receive(bytes, size * count, context) { received, bytes in
                received.headerBytes += bytes.count
                guard received.headerBytes <= ReceivedResponse.maxHeaderBytes else { return false }
                received.take(line: unsafe String(decoding: bytes, as: UTF8.self))
                return true
            }
        }
    }

    private static func receive(
        _ start: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ take: (ReceivedResponse, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context = unsafe context else { return 0 }
        let received = unsafe Unmanaged<ReceivedResponse>.fromOpaque(context).takeUnretainedValue()
        guard unsafe take(received, UnsafeRawBufferPointer(start: start, count: count)) else {
            received.isTooLarge = true
            // Any other number than that of the bytes given aborts; of no bytes, 1 does.
            return count == 0 ? 1 : 0
        }
        return count
    }

    private func take(line: String) {
        if line.hasPrefix("HTTP/") {
            // The status line of the next response: those before were interim ones (100, 103).
            headers = []
            return
        }
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return }
        headers.append(
            HTTPField(
                name: String(line[..<colon]),
                value: Self.trimmed(line[line.utf8.index(after: colon)...])))
    }

    private static func trimmed(_ text: Substring) -> String {
        var bytes = text.utf8
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(Substring(bytes))
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
    }
}
