internal import Contracts

/// An alert of os-core as it was read and found in order.
struct AlertReport: Hashable {
    /// The service.
    let service: String
    /// The alert, as it now is.
    let alert: KnownAlert
    /// Event time of its first evidence, Unix ms.
    let raisedTs: Int64
    /// What its reporter says, in one line.
    let reason: String
}

/// What a report says that was not known before.
enum AlertNews: Hashable {
    /// Nothing: it is older than what is known, or the same.
    case stale
    /// Nothing but newer evidence of the same.
    case repeated
    /// The alert is active and was not.
    case raised
    /// It is active and worse.
    case escalated
    /// It is active and less severe.
    case deescalated
    /// It is active no more.
    case cleared

    /// Whether it opens an incident where there is none.
    var opensIncident: Bool { self == .raised || self == .escalated }
}
