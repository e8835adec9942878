/// What a service obeys: the flags of DreamNet as they are now for this service.
///
/// Asked on every request, so an answer comes from memory and never blocks.
public protocol FlagSource: Sendable {
    /// Whether a flag is on; nil when nobody has set it.
    func isOn(_ flag: String) -> Bool?
    /// The number of a flag, such as the percent of `rate_limit`; nil when nobody has set it.
    func number(_ flag: String) -> Double?
    /// Counts up with every change that has been taken over; 0 before the first.
    var version: Int64 { get }
}

/// No flag is set: a service by itself, without Kafka.
public struct NoFlags: FlagSource {
    /// A source without flags.
    public init() {}

    /// Always nil.
    public func isOn(_ flag: String) -> Bool? { nil }
    /// Always nil.
    public func number(_ flag: String) -> Double? { nil }
    /// Always 0.
    public var version: Int64 { 0 }
}
