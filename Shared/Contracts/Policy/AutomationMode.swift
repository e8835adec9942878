/// What the automation may do to a service (config/services.yaml).
public enum AutomationMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing: the record says what would have been done. The mode of services not named.
    case observe
    /// Ask a person, with the command ready to paste.
    case ask
    /// The safe, reversible steps of a runbook.
    case act
}
