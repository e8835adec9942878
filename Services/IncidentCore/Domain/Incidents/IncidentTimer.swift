/// What a timer of an incident is for.
enum IncidentTimer: String {
    /// The stable window is over.
    case stable
    /// The view is to be renewed.
    case view
    /// The resolved incident has been kept long enough.
    case forget

    /// The key of the incident's timer.
    func key(_ id: String) -> String { "\(rawValue)|\(id)" }

    /// The purpose and the incident of a key.
    static func read(_ key: String) -> (IncidentTimer, id: String)? {
        let parts = key.split(separator: "|", maxSplits: 1)
        guard parts.count == 2, let kind = IncidentTimer(rawValue: String(parts[0])) else {
            return nil
        }
        return (kind, String(parts[1]))
    }
}
