/// Who speaks in a message (nervousMessageBus's `role`).
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// A person.
    case `operator`
    /// DreamNet itself, on its own account.
    case system
    /// A service, an app, or DreamNet on behalf of one.
    case service
    /// A software agent.
    case agent
}
