/// What kind of name a shell asks to complete.
public enum NameKind: Sendable, Hashable, CaseIterable {
    /// Services, from config/services.yaml and the bus.
    case service
    /// Incidents that are not over.
    case incident
    /// Flags.
    case flag
    /// Modules that have a flag.
    case module
    /// Contexts.
    case context
    /// Topics with dead letters.
    case deadLetterTopic
}
