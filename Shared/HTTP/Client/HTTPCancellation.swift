internal import CCurl
internal import Synchronization

/// Ends a request from another thread. The call that is under way then fails within a second.
public final class HTTPCancellation: Sendable {
    private let isCancelled = Atomic<Bool>(false)

    /// Nothing is cancelled yet.
    public init() {}

    /// Ends the request.
    public func cancel() { isCancelled.store(true, ordering: .releasing) }

    // Formed in nonisolated code, as in ServerCore.
    static var watch: dn_curl_watch {
        { context, _, _, _, _ in
            guard let context = unsafe context else { return 0 }
            let cancellation = unsafe Unmanaged<HTTPCancellation>.fromOpaque(context)
                .takeUnretainedValue()
            return cancellation.isCancelled.load(ordering: .acquiring) ? 1 : 0
        }
    }
}
