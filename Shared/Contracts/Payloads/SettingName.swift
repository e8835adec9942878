/// What can be set for every task of a service.
public enum SettingName: String, Codable, Sendable, Hashable, CaseIterable {
    /// `increase` or `normal`: how often targets are scraped.
    case monitor
    /// `lower` or `normal`: how sensitive alerts are.
    case alertThreshold = "alert_threshold"
    /// `paused` or `running`.
    case automation
}
