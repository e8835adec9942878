internal import Contracts
internal import Dispatch
internal import Runtime

/// Ctrl-C, or SIGTERM, while letters are under way: what is open is finished, and nothing more is
/// begun.
final class StopRequest: Sendable {
    private let isAsked = Locked(false)
    private let asked = DispatchSemaphore(value: 0)
    private let signals = Locked<ShutdownSignal?>(nil)

    /// Listens from now on.
    init() {
        let (isAsked, asked) = (isAsked, asked)
        signals.withLock {
            $0 = ShutdownSignal { _ in
                isAsked.withLock { $0 = true }
                asked.signal()
            }
        }
    }

    /// Whether somebody wants the end.
    var isSet: Bool { isAsked.withLock { $0 } }

    /// Waits for so long, or until somebody wants the end.
    func wait(ms: Int64) {
        guard !isSet else { return }
        _ = asked.wait(timeout: .now() + .milliseconds(Int(ms)))
    }
}
