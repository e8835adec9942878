internal import Glibc

/// Keeps what is written, for tests of commands.
@safe public final class CapturedOutput: @unchecked Sendable {
    // A lock on pthread: ThreadSanitizer takes the standard library's Mutex for a race.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var collected = ""

    /// An empty buffer.
    public init() {
        unsafe lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        unsafe lock.initialize(to: pthread_mutex_t())
        unsafe pthread_mutex_init(lock, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(lock)
        unsafe lock.deallocate()
    }

    /// All that was written so far.
    public var text: String { locked { collected } }

    /// A console that writes here.
    public func console(
        isTerminal: Bool = false, width: Int? = nil, style: Style = Style(isEnabled: false)
    ) -> Console {
        Console(isTerminal: isTerminal, width: width, style: style) { [self] text in
            locked { collected += text }
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        unsafe pthread_mutex_lock(lock)
        defer { unsafe pthread_mutex_unlock(lock) }
        return body()
    }
}
