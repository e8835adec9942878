/// A flag that a command set, and what it is now.
public struct FlagChange: Codable, Sendable, Hashable {
    /// The flag, such as `safe_mode` or `module:citadel`.
    public var flag: String
    /// The service, or `*` for all.
    public var service: String
    /// The value that apps now see for this key.
    public var value: FlagValue

    /// Makes one; what is not given is absent.
    public init(
        flag: String,
        service: String,
        value: FlagValue
    ) {
        self.flag = flag
        self.service = service
        self.value = value
    }
}
