internal import Contracts
public import DreamNetClient

/// The flags of one service as DreamNet publishes them on `nervous.flags`.
public struct SubscribedFlags: FlagSource {
    private let subscriber: FlagSubscriber

    /// Asks `subscriber`.
    public init(_ subscriber: FlagSubscriber) { self.subscriber = subscriber }

    /// The flag as a truth value.
    public func isOn(_ flag: String) -> Bool? { subscriber.value(flag)?.bool }
    /// The flag as a number.
    public func number(_ flag: String) -> Double? { subscriber.number(flag) }
    /// The version of the flags that are obeyed.
    public var version: Int64 { subscriber.version }
}
