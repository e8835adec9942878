/// What a child process reads as its standard input.
public enum ProcessInput: Sendable {
    /// Nothing: `/dev/null`.
    case none
    /// These bytes, then the end.
    case bytes([UInt8])
    /// The standard input of this process.
    case inherited
}

/// Where the standard output, or the error output, of a child process goes.
public enum ProcessOutput: Sendable {
    /// Nowhere: `/dev/null`.
    case discard
    /// Where this process's own goes.
    case inherited
    /// Appended to the file of this path, which is created if need be.
    case file(String)
    /// Kept, up to `limitBytes`; what comes after that is read and dropped.
    case capture(limitBytes: Int)
    /// Each line without its end, on the thread that watches the child. Lines are cut at 64 KiB,
    /// bytes that are no UTF-8 become U+FFFD. A slow handler slows the child down.
    case lines(@Sendable (String) -> Void)

    /// Kept, up to 1 MiB.
    public static var capture: ProcessOutput { .capture(limitBytes: 1 << 20) }
}

/// What a child process has written so far to an output that is captured.
public struct CapturedOutput: Sendable, Hashable {
    /// The bytes, from the first on.
    public private(set) var bytes: [UInt8] = []
    /// Whether there was more than the limit allows.
    public private(set) var isTruncated = false
    /// The last of what was above the limit.
    private var tail: [UInt8] = []
    private static let endBytesMax = 64 << 10

    /// The last 64 KiB of all that came.
    public var end: [UInt8] {
        Array((bytes.suffix(Self.endBytesMax - tail.count) + tail).suffix(Self.endBytesMax))
    }

    /// Takes more; what is above the limit is kept for the end alone.
    mutating func append(_ more: ArraySlice<UInt8>, limitBytes: Int) {
        let room = max(0, limitBytes - bytes.count)
        bytes.append(contentsOf: more.prefix(room))
        let rest = more.dropFirst(room)
        guard !rest.isEmpty else { return }
        isTruncated = true
        if tail.count + rest.count > Self.endBytesMax {
            tail.removeFirst(max(0, min(tail.count, tail.count + rest.count - Self.endBytesMax)))
        }
        tail += rest.suffix(Self.endBytesMax)
    }

    /// The bytes as text; what is no UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// The environment of a child process.
public enum ProcessEnvironment: Sendable, Hashable {
    /// This process's own.
    case inherited
    /// This process's own with some variables set, or, with `nil`, left out.
    case inheritedChanging([String: String?])
    /// These variables and no others.
    case only([String: String])
}

/// What becomes of a child process when its parent ends, even by `SIGKILL`.
public enum ParentDeathAction: Sendable, Hashable {
    /// It gets `SIGKILL`.
    case kill
    /// It gets `SIGTERM`, and may clean up.
    case terminate
    /// It goes on.
    case nothing
}
