internal import CommandLineKit
internal import Glibc

/// The options of a service, beside those of `ConnectionOptions`.
enum ServiceOptions {
    static let instance = Argument.option(
        "instance", .string.shown(as: "NAME"), env: "DREAMNET_INSTANCE", section: "Service",
        help: "This instance; two with one name fence each other. Default: <service>-0.")
    static let adminBind = Argument.option(
        "admin-bind", .string.shown(as: "HOST:PORT"), env: "DREAMNET_ADMIN_BIND",
        section: "Service",
        help: "Where /health and /metrics listen; port 0 takes any free one.")
    static let logFormat = Argument.option(
        "log-format", .choice(Logger.Format.self), default: .json, env: "DREAMNET_LOG_FORMAT",
        section: "Service", help: "How log lines look.")
    static let logLevel = Argument.option(
        "log-level", .choice(LogLevel.self), default: .info, env: "DREAMNET_LOG_LEVEL",
        section: "Service", help: "The least important line that is written.")

    static let key = Argument.option(
        "key", .path.shown(as: "FILE"), env: "DREAMNET_SERVICE_KEY", section: "Service",
        help: "The key that signs its requests, of 'dreamnet keys new FILE --of SERVICE'.")

    static let all: [any ArgumentDeclaration] = [instance, adminBind, logFormat, logLevel, key]
}

/// A host and a port, as in `127.0.0.1:7101` or `[::1]:7101`.
struct ListenAddress: Sendable, Hashable {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init(_ text: String) throws {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port),
            colon != text.startIndex
        else {
            throw CommandFailure(
                "--admin-bind: expected HOST:PORT, got '\(text)'", exitCode: .usage)
        }
        let host = text[..<colon]
        self.host = String(
            host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host)
        self.port = port
    }
}
