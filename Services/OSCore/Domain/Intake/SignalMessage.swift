internal import Contracts

/// A message of `nervous.signal`, read and checked.
struct SignalMessage: Sendable, Hashable {
    /// What it carries.
    enum Content: Sendable, Hashable {
        /// Cumulative counters of an instance.
        case counters(SignalPayload)
        /// Gauges that the sender has computed.
        case values(SignalValuesPayload)
        /// A target that could not be read.
        case failure(ScrapeFailurePayload)
    }

    /// The message's id.
    let id: String
    /// Event time, Unix ms.
    let tsMs: Int64
    /// What it carries.
    let content: Content

    /// The service that it is about.
    var service: String {
        switch content {
        case .counters(let payload): payload.service
        case .values(let payload): payload.service
        case .failure(let payload): payload.service
        }
    }

    /// The instance that it is about.
    var instance: String {
        switch content {
        case .counters(let payload): payload.instance
        case .values(let payload): payload.instance
        case .failure(let payload): payload.instance
        }
    }
}
