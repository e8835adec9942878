internal import Glibc

/// A file that is read whole. Never waits: a pipe or a device is refused.
enum SmallFile {
    /// Why a file cannot be read, in words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
        let isMissing: Bool

        init(_ description: String, isMissing: Bool = false) {
            self.description = description
            self.isMissing = isMissing
        }

        static func system(_ number: Int32) -> Failure {
            let reason = unsafe String(cString: strerror(number))
            return Failure("cannot be read: \(reason)", isMissing: number == ENOENT)
        }
    }

    /// The bytes of a file that has at most `max`.
    static func bytes(_ path: String, max: Int) throws(Failure) -> [UInt8] {
        guard !path.utf8.contains(0) else { throw .system(ENOENT) }
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw .system(errno) }
        defer { close(file) }
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else { throw .system(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure("is no file") }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while content.count <= max {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(errno) }
            guard count > 0 else { return content }
            content += chunk[..<count]
        }
        throw Failure("larger than \(max) bytes")
    }

    /// The names in a folder, sorted, without hidden ones.
    static func names(in folder: String) throws(Failure) -> [String] {
        guard !folder.utf8.contains(0), let directory = unsafe opendir(folder) else {
            throw .system(errno)
        }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            // By its address: an entry is shorter than the type says, so must not be copied.
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let name = unsafe String(
                cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
