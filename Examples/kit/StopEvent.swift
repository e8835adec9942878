internal import Glibc
internal import Synchronization

/// Says once, to any number of threads, that it is time to stop.
///
/// It is a pipe that is never read, so that a signal handler may trigger it and all who wait wake,
/// those who come later as well.
public final class StopEvent: Sendable {
    private static let signalled = Atomic<Int32>(-1)

    private let readEnd: Int32
    private let writeEnd: Int32

    /// An event that has not happened yet.
    public init() {
        var ends: [Int32] = [-1, -1]
        unsafe pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// An event that SIGTERM and SIGINT trigger; it lives as long as the process.
    public static func onSignals() -> StopEvent {
        let event = StopEvent()
        // The handler uses the descriptor until the process ends.
        unsafe _ = Unmanaged.passRetained(event)
        signalled.store(event.writeEnd, ordering: .sequentiallyConsistent)
        for number in [SIGTERM, SIGINT] {
            // Async-signal-safe: a load and a write.
            signal(number) { _ in
                StopEvent.wake(StopEvent.signalled.load(ordering: .sequentiallyConsistent))
            }
        }
        return event
    }

    /// It is time to stop.
    public func trigger() {
        Self.wake(writeEnd)
    }

    /// Waits; true when it is time to stop, false when the time is over.
    public func wait(forMs timeoutMs: Int) -> Bool {
        let deadlineMs = MonotonicClock.nowMs + Double(timeoutMs)
        while true {
            let leftMs = max(0, deadlineMs - MonotonicClock.nowMs)
            var polled = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
            let count = unsafe poll(&polled, 1, Int32(min(leftMs.rounded(.up), 1e9)))
            if count > 0 { return true }
            if count == 0 { return false }
            // Interrupted by a signal: wait on for what is left.
        }
    }

    /// Waits until it is time to stop.
    public func wait() {
        while !wait(forMs: 60_000) {}
    }

    /// A full pipe is as good: it was triggered before.
    private static func wake(_ writeEnd: Int32) {
        var byte: UInt8 = 1
        unsafe _ = write(writeEnd, &byte, 1)
    }
}
