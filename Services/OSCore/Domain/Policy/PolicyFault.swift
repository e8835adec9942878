/// What is wrong with a policy.
public struct PolicyFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The severity profile; nil for the policy as a whole.
    public let profile: String?
    /// The field, as config/severity.yaml names it.
    public let field: String
    /// What it must be.
    public let expected: String

    /// A fault.
    public init(profile: String?, field: String, expected: String) {
        self.profile = profile
        self.field = field
        self.expected = expected
    }

    /// "profile seed-000: window: expected 10 ms to 24 h".
    public var description: String {
        (profile.map { "profile \($0): " } ?? "") + "\(field): expected \(expected)"
    }
}
