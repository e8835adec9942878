internal import Contracts
internal import Glibc
internal import Signing

/// Keeps what an action saves before it destroys: a file for each piece, which only its owner may
/// read, and which is never written again.
struct EvidenceStore {
    let folder: String

    /// Writes `bytes`.
    /// - Returns: the path and the SHA-256, for the record.
    func keep(
        _ bytes: [UInt8], name: String, step: Int
    ) throws(StepError) -> [NamedValue] {
        unsafe mkdir(folder, 0o700)
        let path = "\(folder)/\(name)"
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.error(path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.error(path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw Self.error(path) }
        let digest = SHA256.hexDigest(bytes)
        return [NamedValue(name: "evidence\(step + 1)", value: "\(path) sha256:\(digest)")]
    }

    private static func error(_ path: String) -> StepError {
        let reason = unsafe String(cString: strerror(errno))
        return StepError(.effectFailed, "the evidence cannot be kept in \(path): \(reason)")
    }
}
