internal import CCurl

/// An easy handle of curl with the connection that it keeps open. One thread at a time may use it,
/// which `HTTPClient` sees to by taking it off its list.
@safe final class CurlHandle: @unchecked Sendable {
    /// curl wants to be set up once, before any other call.
    private static let isSetUp = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let curl: UnsafeMutableRawPointer
    /// Where curl writes what went wrong.
    private let reason: UnsafeMutablePointer<CChar>

    init() throws(HTTPClientError) {
        guard Self.isSetUp, let curl = unsafe curl_easy_init() else {
            throw HTTPClientError(code: .other, message: "curl cannot start")
        }
        unsafe self.curl = curl
        unsafe reason = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe reason.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        unsafe curl_easy_cleanup(curl)
        unsafe reason.deallocate()
    }

    func perform(
        _ method: HTTPMethod, _ url: String, headers: HTTPHeaders, body: [UInt8],
        limits: HTTPClientConfiguration, cancellation: HTTPCancellation?
    ) -> Result<HTTPResponse, HTTPClientError> {
        // Forgets the options of the last request, and keeps its connection.
        unsafe curl_easy_reset(curl)
        setLimits(limits)
        set(CURLOPT_URL, url)
        let list = unsafe headerList(headers, hasBody: !body.isEmpty || method == .post)
        defer { unsafe curl_slist_free_all(list) }
        unsafe dn_curl_set_pointer(curl, CURLOPT_HTTPHEADER, list)
        let received = ReceivedResponse(maxBodyBytes: limits.maxResponseBytes)
        setSinks(received)
        setMethod(method, bodyBytes: body.count)
        if let cancellation {
            let context = unsafe Unmanaged.passUnretained(cancellation).toOpaque()
            unsafe dn_curl_set_watch(curl, HTTPCancellation.watch, context)
        }
        let sendsBody = method == .post || method == .put || !body.isEmpty
        let code = unsafe body.withUnsafeBytes { bytes in
            if sendsBody {
                // curl reads these bytes in place and does not change them.
                let start = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                // Given a null pointer curl would read a body from standard input.
                unsafe dn_curl_set_pointer(
                    curl, CURLOPT_POSTFIELDS, start ?? UnsafeMutableRawPointer(reason))
            }
            return withExtendedLifetime((received, cancellation)) {
                unsafe curl_easy_perform(curl)
            }
        }
        if received.isTooLarge || code == CURLE_FILESIZE_EXCEEDED {
            return .failure(
                HTTPClientError(
                    code: .tooLarge,
                    message: "the response is longer than \(limits.maxResponseBytes) bytes"))
        }
        guard code == CURLE_OK else {
            return .failure(error(code))
        }
        return .success(received.response(status: unsafe dn_curl_status(curl)))
    }

    // MARK: - Options

    private func setLimits(_ limits: HTTPClientConfiguration) {
        unsafe reason[0] = 0
        unsafe dn_curl_set_pointer(curl, CURLOPT_ERRORBUFFER, reason)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, limits.connectTimeoutMs))
        set(CURLOPT_TIMEOUT_MS, max(1, limits.timeoutMs))
        set(CURLOPT_USERAGENT, "dreamnet")
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        if !limits.usesEnvironmentProxy {
            set(CURLOPT_PROXY, "")
        }
        if let file = limits.certificateAuthorityFile {
            set(CURLOPT_CAINFO, file)
        }
        // Refuses by the declared length; what comes without one is counted as it arrives.
        unsafe dn_curl_set_offset(
            curl, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(max(1, limits.maxResponseBytes)))
    }

    private func setMethod(_ method: HTTPMethod, bodyBytes: Int) {
        switch method {
        case .head:
            set(CURLOPT_NOBODY, 1)
        case .get where bodyBytes == 0:
            set(CURLOPT_HTTPGET, 1)
        case .post:
            set(CURLOPT_POST, 1)
        default:
            set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        }
        unsafe dn_curl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bodyBytes))
    }

    private func headerList(
        _ headers: HTTPHeaders, hasBody: Bool
    ) -> UnsafeMutablePointer<curl_slist>? {
        var lines = headers.fields.map { field in
            // For curl, `Name:` takes a header away; `Name;` sends it empty.
            field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)"
        }
        // curl would wait a second for a leave to send that few servers give.
        lines.append("Expect:")
        if headers["Content-Type"] == nil, hasBody {
            // curl would call any body a form.
            lines.append("Content-Type: application/octet-stream")
        }
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            if let longer = unsafe curl_slist_append(list, line) {
                unsafe list = longer
            }
        }
        return unsafe list
    }

    private func setSinks(_ received: ReceivedResponse) {
        let context = unsafe Unmanaged.passUnretained(received).toOpaque()
        unsafe dn_curl_set_sink(curl, CURLOPT_WRITEFUNCTION, ReceivedResponse.bodySink)
        unsafe dn_curl_set_pointer(curl, CURLOPT_WRITEDATA, context)
        unsafe dn_curl_set_sink(curl, CURLOPT_HEADERFUNCTION, ReceivedResponse.headerSink)
        unsafe dn_curl_set_pointer(curl, CURLOPT_HEADERDATA, context)
    }

    private func set(_ option: CURLoption, _ value: Int) {
        unsafe dn_curl_set_long(curl, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        unsafe dn_curl_set_string(curl, option, value)
    }

    // MARK: - Errors

    private func error(_ code: CURLcode) -> HTTPClientError {
        let written = unsafe String(cString: reason)
        return HTTPClientError(
            code: Self.kind(code),
            message: written.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : written)
    }

    private static func kind(_ code: CURLcode) -> HTTPClientError.Code {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
            .invalidRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            .resolve
        case CURLE_COULDNT_CONNECT:
            .connect
        case CURLE_OPERATION_TIMEDOUT:
            .timeout
        case CURLE_ABORTED_BY_CALLBACK:
            .cancelled
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR,
            CURLE_USE_SSL_FAILED:
            .tls
        case CURLE_WEIRD_SERVER_REPLY, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR,
            CURLE_SEND_ERROR, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR,
            CURLE_TOO_MANY_REDIRECTS:
            .protocol
        default:
            .other
        }
    }
}
