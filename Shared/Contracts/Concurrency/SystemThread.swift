internal import Glibc
internal import Synchronization

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
    private let isJoined = Atomic(false)

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that runs `body`. It is joined, or goes its way once nobody holds this.
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

    deinit {
        // The stack of a thread that is neither joined nor detached is never given back.
        if !isJoined.load(ordering: .relaxed) { pthread_detach(thread) }
    }

    /// Waits until the thread has ended. A second call returns at once.
    public func join() {
        guard !isJoined.exchange(true, ordering: .relaxed) else { return }
        pthread_join(thread, nil)
    }
}
