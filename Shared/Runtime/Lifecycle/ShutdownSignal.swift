internal import Contracts
internal import Dispatch
internal import Glibc

/// SIGTERM and SIGINT, as a call on a thread of their own instead of in a signal handler.
public final class ShutdownSignal: Sendable {
    private let sources: Locked<[any DispatchSourceSignal]>

    /// Calls `body` with the signal's number each time that one comes, from now on.
    public init(_ body: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "dreamnet.signals")
        var made: [any DispatchSourceSignal] = []
        for number in [SIGTERM, SIGINT] {
            // Without this the default action, death, would come before the source is asked.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in body(number) }
            source.resume()
            made.append(source)
        }
        sources = Locked(made)
        // A peer that closes early is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    deinit {
        sources.withLock { for source in $0 { source.cancel() } }
    }
}
