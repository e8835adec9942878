internal import Glibc

/// Where text goes: a terminal, a file, or a test's buffer.
public struct Console: Sendable {
    /// Whether a person looks at it, so that lines may be rewritten.
    public let isTerminal: Bool
    /// The terminal's columns; nil when it is none, and nothing need be cut.
    public let width: Int?
    /// How it shows meaning.
    public let style: Style
    private let sink: @Sendable (String) -> Void

    /// A console on a sink of one's own.
    public init(
        isTerminal: Bool, width: Int?, style: Style, sink: @escaping @Sendable (String) -> Void
    ) {
        self.isTerminal = isTerminal
        self.width = width
        self.style = style
        self.sink = sink
    }

    /// Standard output as it is now.
    public static func standardOutput(environment: [String: String]) -> Console {
        onDescriptor(STDOUT_FILENO, environment)
    }

    /// Standard error as it is now.
    public static func standardError(environment: [String: String]) -> Console {
        onDescriptor(STDERR_FILENO, environment)
    }

    /// Writes the text as it is.
    public func write(_ text: String) { sink(text) }

    /// Writes the text and a line's end.
    public func line(_ text: String = "") { sink(text + "\n") }

    private static func onDescriptor(
        _ descriptor: Int32, _ environment: [String: String]
    ) -> Console {
        let isTerminal = isatty(descriptor) == 1
        return Console(
            isTerminal: isTerminal, width: isTerminal ? columns(descriptor, environment) : nil,
            style: Style(isTerminal: isTerminal, environment: environment),
            sink: { writeAll($0, to: descriptor) })
    }

    private static func columns(_ descriptor: Int32, _ environment: [String: String]) -> Int {
        var size = winsize()
        if unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
            return Int(size.ws_col)
        }
        return environment["COLUMNS"].flatMap { Int($0) }.map { min(max($0, 20), 1_000) } ?? 80
    }

    /// A reader that went away is no error of ours: the rest is dropped.
    private static func writeAll(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
            }
            if written >= 0 {
                bytes = bytes.dropFirst(written)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
