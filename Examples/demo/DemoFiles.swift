internal import CommandLineKit
internal import Glibc
internal import Runtime

/// The few files that a demo makes.
enum DemoFiles {
    static func write(_ text: String, to path: String) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw CommandFailure("cannot write \(path)") }
        defer { close(file) }
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw CommandFailure("cannot write \(path)") }
            bytes = bytes.dropFirst(count)
        }
    }

    static func makeFolder(_ path: String) throws {
        guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw CommandFailure("cannot make the folder \(path)")
        }
    }

    /// A link to the file or folder `target`, which may be a relative path.
    static func link(_ target: String, as path: String) throws {
        guard let full = unsafe realpath(target, nil) else {
            throw CommandFailure(
                "there is no \(target)", hint: "--home names the project's folder.")
        }
        defer { unsafe free(full) }
        guard unsafe symlink(full, path) == 0 else { throw CommandFailure("cannot make \(path)") }
    }

    /// The names in a folder, sorted.
    static func names(in folder: String) -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a folder of ours and what is in it; links are removed, not followed.
    static func remove(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in names(in: path) { remove(path + "/" + name) }
            unsafe rmdir(path)
        } else {
            unsafe unlink(path)
        }
    }
}
