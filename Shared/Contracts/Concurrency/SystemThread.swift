internal import Glibc

/// A thread of the system, for calls that block: they must not take one from Swift's pool.
@safe public final class SystemThread: @unchecked Sendable {
    /// Why no thread was started.
    public struct StartError: Error, Sendable, CustomStringConvertible {
        /// The status of `pthread_create`.
        public let status: Int32
        /// For people.
        public var description: String { "no thread could be started: error \(status)" }
    }

    private let thread: pthread_t

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body`. It has to be joined.
    public init(_ body: @escaping @Sendable () -> Void) throws(StartError) {
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
            throw StartError(status: status)
        }
        self.thread = thread
    }

    /// Waits until the thread has ended. Call it once.
    public func join() { pthread_join(thread, nil) }
}
