/// How a person is reached.
public enum NotificationUrgency: String, Codable, Sendable, Hashable, CaseIterable {
    /// Wake somebody.
    case page
    /// The automation stops and wants a decision.
    case ask
    /// For information.
    case tell
}
