internal import HTTP
internal import JSON

/// `POST /drain`: the one thing that the admin port lets somebody do.
///
/// It is for who is on this machine: the peer has to be on the loopback wherever the port listens.
/// A browser on this machine is not meant: it says an `Origin`, or a `Host` that is a name of its
/// own. The request has to name the instance, so that none is drained for another one that had
/// this port before.
struct DrainEndpoint: Sendable {
    let instance: String
    /// Begins to leave. Harmless if it has begun already.
    let drain: @Sendable () -> Void

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        if let why = Self.refusal(of: request) { return .text(why + "\n", status: 403) }
        guard let body = try? JSON.parse(request.body),
            case .object(let fields) = body, case .string(let wanted)? = fields["instance"]
        else {
            return .text(#"expected {"instance": "NAME"}"# + "\n", status: 400)
        }
        guard wanted == instance else {
            return .text("this is \(instance)\n", status: 409)
        }
        drain()
        let answer: JSONValue = .object([
            "instance": .string(instance), "status": .string("leaving"),
        ])
        return .json((try? answer.serialized()) ?? [], status: 202)
    }

    /// Why it is not for this peer; nil if it is.
    static func refusal(of request: HTTPRequest) -> String? {
        guard isLoopback(request.remoteAddress) else {
            return "only from this machine: ask on 127.0.0.1, where the instance runs"
        }
        guard request.headers["Origin"] == nil else { return "not for browsers" }
        guard let host = request.headers["Host"], isLoopback(name(of: host)) else {
            return "only under an address of the loopback, such as 127.0.0.1"
        }
        return nil
    }

    /// The host of `HOST` or `HOST:PORT`, IPv6 in brackets.
    private static func name(of host: String) -> String {
        if host.hasPrefix("[") {
            return String(host.dropFirst().prefix { $0 != "]" })
        }
        return String(host.prefix { $0 != ":" })
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let address = host.hasPrefix("::ffff:") ? host.dropFirst(7) : host[...]
        let bytes = address.split(separator: ".", omittingEmptySubsequences: false)
            .map { UInt8($0) }
        return bytes.count == 4 && bytes[0] == 127 && !bytes.contains(nil)
    }
}
