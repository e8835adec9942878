internal import CommandLineKit
internal import Glibc
internal import Signing

/// The file of a private key, as `dreamnet keys new` makes it.
public enum PrivateKeyFile {
    /// The private key. A file that others may read is refused: their orders would be yours.
    /// - Throws: `CommandFailure` that names the file, never the key.
    public static func read(_ path: String) throws -> [UInt8] {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw failure(path, "cannot be read: \(reason())") }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure(path, "is no file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw failure(path, "others may read it; chmod 600, or make a new one")
        }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(file, $0.baseAddress, $0.count)
        }
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        guard let key = Base64.decode(text.filter { !$0.isWhitespace }),
            key.count == Ed25519.privateKeyByteCount
        else { throw failure(path, "is no key of 'dreamnet keys new'") }
        return key
    }

    private static func failure(_ path: String, _ what: String) -> CommandFailure {
        CommandFailure("\(path.sanitized) \(what)", exitCode: .usage)
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
