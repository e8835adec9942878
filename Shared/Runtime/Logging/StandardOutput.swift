internal import Contracts
internal import Glibc

/// Standard output, a whole line at a time whichever thread writes it.
enum StandardOutput {
    private static let lock = Locked<Void>(())

    static func write(_ line: String) {
        lock.withLock { _ in
            var bytes = Array(line.utf8)[...]
            while !bytes.isEmpty {
                let written = unsafe bytes.withUnsafeBytes {
                    unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
                }
                // A reader that went away must not end a service, nor hold it up.
                guard written > 0 || errno == EINTR else { return }
                bytes = bytes.dropFirst(max(0, written))
            }
        }
    }
}
