internal import Glibc

/// Runs a body on a thread of its own, for work that blocks.
func detachThread(_ body: @escaping @Sendable () -> Void) {
    let work = unsafe Unmanaged.passRetained(ThreadWork(body)).toOpaque()
    var thread = pthread_t()
    let failure = unsafe pthread_create(
        &thread, nil,
        { context in
            if let context = unsafe context {
                unsafe Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().body()
            }
            return nil
        }, work)
    guard failure == 0 else {
        // No thread to be had: the work is done here, later than wanted, but done.
        unsafe Unmanaged<ThreadWork>.fromOpaque(work).takeRetainedValue().body()
        return
    }
    pthread_detach(thread)
}

private final class ThreadWork: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
        self.body = body
    }
}
