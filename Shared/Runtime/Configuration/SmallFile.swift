internal import Glibc

/// A file that is read whole: configuration, secrets, facts of /proc.
public enum SmallFile {
    /// The bytes of the file; nil if it cannot be read or is larger than `bytesMax`.
    public static func bytes(_ path: String, bytesMax: Int = 1 << 20) -> [UInt8]? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while content.count <= bytesMax {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe Glibc.read(file, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            guard count > 0 else { return content }
            content += chunk[..<count]
        }
        return nil
    }

    /// The file as text; nil if it cannot be read, is too large, or is not UTF-8.
    public static func read(_ path: String, bytesMax: Int = 1 << 20) -> String? {
        bytes(path, bytesMax: bytesMax).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
