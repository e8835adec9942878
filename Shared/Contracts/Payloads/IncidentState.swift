/// Where an incident stands.
public enum IncidentState: String, Codable, Sendable, Hashable, CaseIterable {
    /// Something is wrong.
    case open
    /// Every alert is clear; steps are being undone, or the stable window runs.
    case recovering
    /// Over.
    case resolved
}
