internal import Glibc

/// A small file that is replaced as a whole: who reads it sees the old content or the new, never a
/// part of one, also after a power cut.
public enum PrivateFile {
    /// The largest that is read, bytes.
    public static let bytesMax = 8 << 20

    /// Replaces `path`. The folder must be there.
    /// - Parameter mode: who may read it; the owner alone if nothing is said.
    public static func replace(
        _ path: String, with bytes: [UInt8], mode: UInt32 = 0o600
    ) throws(FlagFileError) {
        // Two processes that write one file have two temporary ones.
        let temporary = "\(path).\(getpid()).tmp"
        unsafe unlink(temporary)
        let file = unsafe open(
            temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw failure(path, "cannot be written") }
        let isWritten =
            fchmod(file, mode) == 0 && write(bytes, to: file) && fsync(file) == 0
        close(file)
        guard isWritten, unsafe rename(temporary, path) == 0 else {
            let error = failure(path, "cannot be written")
            unsafe unlink(temporary)
            throw error
        }
        syncFolder(of: path)
    }

    /// The content of `path`, which must be a plain file that nobody but its owner may write.
    public static func read(_ path: String) throws(FlagFileError) -> [UInt8] {
        // Neither a link that somebody else has put there, nor a pipe that never ends.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else {
            guard errno != ENOENT else { throw FlagFileError(.missing, path, "is not there") }
            throw failure(path, "cannot be read")
        }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FlagFileError(.unreadable, path, "is no plain file")
        }
        guard status.st_mode & 0o022 == 0 else {
            throw FlagFileError(
                .writableByOthers, path, "others may write it; chmod go-w, or remove it")
        }
        return try content(of: file, path)
    }

    private static func content(of file: Int32, _ path: String) throws(FlagFileError) -> [UInt8] {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path, "cannot be read") }
            guard count > 0 else { return content }
            content += chunk[..<count]
            guard content.count <= bytesMax else {
                throw FlagFileError(.tooLarge, path, "is larger than \(bytesMax) bytes")
            }
        }
    }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Without it the new name may be lost with the power; the old content is then there.
    private static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let file = unsafe open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }

    private static func failure(_ path: String, _ what: String) -> FlagFileError {
        FlagFileError(.unreadable, path, "\(what): \(unsafe String(cString: strerror(errno)))")
    }
}
