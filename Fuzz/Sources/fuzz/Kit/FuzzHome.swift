import Glibc

/// A home directory in memory whose one file each input replaces: the readers of policy take
/// folders, and are tested as they are.
final class FuzzHome: @unchecked Sendable {
    /// Its path.
    let path: String

    /// A home with a copy of the checkout's `files`, and these `folders`.
    init(copying files: [String], folders: [String]) {
        // scripts/fuzz makes the folder, and takes it away however this process ends.
        guard let folder = getenv("DREAMNET_FUZZ_FOLDER") else {
            violated("DREAMNET_FUZZ_FOLDER names no folder")
        }
        path = String(cString: folder)
        for folder in folders { mkdir("\(path)/\(folder)", 0o700) }
        for file in files { write(Self.checkout(file), to: file) }
    }

    /// Replaces a file.
    func write(_ bytes: [UInt8], to name: String) {
        let descriptor = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { violated("cannot write \(path)/\(name)") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { violated("cannot write \(path)/\(name)") }
            rest = rest.dropFirst(count)
        }
    }

    /// The checkout: DREAMNET_HOME, which scripts/fuzz sets.
    static let checkout = getenv("DREAMNET_HOME").map { String(cString: $0) } ?? "."

    /// A file of the checkout.
    static func checkout(_ name: String) -> [UInt8] {
        guard let file = fopen("\(checkout)/\(name)", "rb") else {
            violated("cannot read \(checkout)/\(name); DREAMNET_HOME names the checkout")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }
}
