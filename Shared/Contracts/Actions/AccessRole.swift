/// What a person, or the automation, may do.
public enum AccessRole: String, Codable, Sendable, Hashable, CaseIterable {
    /// Sees.
    case viewer
    /// Acts where the action says so.
    case responder
    /// Acts, and approves alone.
    case commander
    /// A runbook, on its own account.
    case automation
}
