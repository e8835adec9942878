internal import Contracts
internal import CommandLineKit
internal import Glibc
internal import OperatorDomain
internal import Signing
internal import Streams

/// A file that keeps dead letters: a JSON object a line, key, value and headers in Base64, so that
/// every byte comes back. Only its owner may read it.
final class LetterArchive {
    private struct Line: Encodable {
        let place: String
        let key: String?
        let value: String?
        let headers: [[String?]]
    }

    private let path: String
    private let isPacked: Bool
    private let descriptor: Int32
    private var pending: [UInt8] = []
    /// What waits to be put on the disk.
    var pendingBytes: Int { pending.count }

    /// Makes the file; one that is there is not touched.
    ///
    /// One whose name ends in `.zst` is packed when it is whole.
    init(path: String) throws {
        isPacked = path.hasSuffix(Self.packedSuffix)
        let plain = isPacked ? String(path.dropLast(Self.packedSuffix.count)) : path
        self.path = plain
        let isThere = unsafe access(path, F_OK) == 0
        guard !isPacked || !isThere else {
            throw CommandFailure(
                "cannot make \(path.sanitized): it is there already",
                hint: "--archive FILE names another; nothing was discarded.")
        }
        if let slash = plain.lastIndex(of: "/"), slash > plain.startIndex {
            _ = unsafe mkdir(String(plain[..<slash]), 0o700)
        }
        descriptor = unsafe open(plain, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CommandFailure(
                "cannot make \(plain.sanitized): \(Self.why)",
                hint: "--archive FILE names another; nothing was discarded.")
        }
        try syncFolder()
    }

    deinit { close(descriptor) }

    func add(_ letter: DeadLetterRecord) throws {
        let line = Line(
            place: letter.place.description, key: letter.key.map(Base64.encode),
            value: letter.value.map(Base64.encode),
            headers: letter.headers.map { [$0.name, $0.value.map(Base64.encode)] })
        pending += Array(try JSONText.line(line).utf8)
    }

    /// Puts all of it on the disk.
    func flush() throws {
        var offset = 0
        while offset < pending.count {
            let count = unsafe pending.withUnsafeBytes { bytes in
                unsafe write(
                    descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            offset += count
        }
        guard fsync(descriptor) == 0 else { throw failure() }
        pending.removeAll(keepingCapacity: true)
    }

    /// Nothing more comes.
    func finish() throws {
        guard isPacked else { return }
        let packed = path + Self.packedSuffix
        try Self.zstd(["-q", "-o", packed, "--", path], of: path)
        try Self.sync(packed)
        try syncFolder()
        // Only now is it certain that the packed one stays.
        _ = unsafe unlink(path)
    }

    private func syncFolder() throws {
        let slash = path.lastIndex(of: "/")
        try Self.sync(slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
    }

    private static func sync(_ path: String) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        defer { if descriptor >= 0 { close(descriptor) } }
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw CommandFailure("cannot put \(path.sanitized) on the disk: \(why)")
        }
    }

    private func failure() -> CommandFailure {
        CommandFailure(
            "cannot write \(path.sanitized): \(Self.why)",
            hint: "What the file does not hold was not discarded.")
    }

    private static var why: String {
        let code = errno
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}
