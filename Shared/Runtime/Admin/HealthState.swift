internal import Contracts

/// Whether a service lives and is ready, and why not.
public final class HealthState: Sendable {
    /// One answer of a health endpoint.
    public struct Verdict: Sendable, Hashable {
        /// Whether all is well.
        public let isOK: Bool
        /// Why, for people.
        public let reason: String

        /// A verdict.
        public init(isOK: Bool, reason: String) {
            self.isOK = isOK
            self.reason = reason
        }
    }

    private let ready = Locked(Verdict(isOK: false, reason: "starting"))

    /// Not ready yet.
    public init() {}

    /// Ready: a standby is, for it takes over when it is needed.
    public var readiness: Verdict { ready.withLock { $0 } }

    /// Says whether the service is ready.
    public func setReady(_ isReady: Bool, _ reason: String) {
        ready.withLock { $0 = Verdict(isOK: isReady, reason: reason) }
    }
}
