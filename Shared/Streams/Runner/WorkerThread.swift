internal import Glibc

/// A thread of the system. Calls of a log block, so they never run on Swift's pool.
@safe final class WorkerThread: @unchecked Sendable {
    private let thread: pthread_t

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body`; it has to be joined.
    init(_ body: @escaping @Sendable () -> Void) throws(LogError) {
        let opaque = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        var thread = pthread_t()
        let status = unsafe pthread_create(
            &thread, nil,
            { opaque in
                guard let opaque = unsafe opaque else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(opaque).takeRetainedValue().run()
                return nil
            }, opaque)
        guard status == 0 else {
            unsafe Unmanaged<Body>.fromOpaque(opaque).release()
            throw LogError(.fatal, code: "thread", "no thread could be started: error \(status)")
        }
        self.thread = thread
    }

    /// Waits until the thread has ended. Call it once.
    func join() { pthread_join(thread, nil) }
}
