/// What was done with a dead letter.
public enum LetterResolution: String, Sendable, Hashable, Codable, CaseIterable {
    /// It was sent to its topic again.
    case replayed
    /// A mended message was sent in its place.
    case edited
    /// A person gave it up.
    case discarded
    /// It was replayed too often: it is not any more, unless somebody says so.
    case quarantined
    /// A person has let it out of quarantine.
    case released
}
