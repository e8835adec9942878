internal import CommandLineKit
internal import Glibc
internal import Signing

/// The file of a private key: one line of Base64, which its owner alone may read.
enum KeyFile {
    /// Makes a key, and says what goes into config/access.yaml.
    static func make(
        _ path: String, person: String, service: String?, _ invocation: Invocation
    ) throws -> ExitCode {
        let (privateKey, publicKey) = Ed25519.makeKeyPair()
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(path, "cannot be made: \(reason())") }
        defer { close(file) }
        let bytes = Array("\(Base64.encode(privateKey))\n".utf8)
        let written = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
        guard written == bytes.count, fsync(file) == 0 else {
            throw failure(path, "cannot be written: \(reason())")
        }
        let shown = Base64.encode(publicKey)
        if invocation.wantsJSON {
            invocation.out.line("{\"publicKey\": \"\(shown)\"}")
        } else {
            let role = service == nil ? "role: responder, " : ""
            invocation.out.line(
                "  \(service ?? person.sanitized): {\(role)publicKeys: [\"\(shown)\"]}")
            let section = service == nil ? "principals" : "services"
            let variable = service == nil ? "DREAMNET_KEY" : "DREAMNET_SERVICE_KEY"
            invocation.err.line(
                "That line goes into config/access.yaml, under '\(section)'. Then: export "
                    + "\(variable)=\(path.sanitized)")
            if service == nil {
                invocation.err.line(
                    "'\(person.sanitized) \(shown)' goes into the file of trusted keys of machines "
                        + "that obey orders by break-glass.")
            }
        }
        return .success
    }

    private static func failure(_ path: String, _ what: String) -> CommandFailure {
        CommandFailure("\(path.sanitized) \(what)", exitCode: .usage)
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
