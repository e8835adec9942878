/// How fast an incident was noticed, acted upon and over: the figures by which incident response
/// is judged.
public struct IncidentSummary: Sendable, Hashable {
    /// Time to detect, ms: from the first bad evidence to the opening. Nil of an incident that a
    /// person declared before any alert.
    public let detectMs: Int64?
    /// Time to mitigate, ms: from the opening to the first step that succeeded, of the automation
    /// or of a person. Nil while there is none.
    public let mitigateMs: Int64?
    /// Time to recover, ms: from the opening to the moment since which every alert is clear. Nil
    /// while one is active.
    public let recoverMs: Int64?

    /// The figures of `incident`. Clocks of several machines are compared: what they make negative
    /// is 0.
    public init(_ incident: IncidentPayload) {
        func sinceOpening(_ ts: Int64?) -> Int64? {
            ts.map { Self.span(from: incident.openedTs, to: $0) }
        }
        detectMs = incident.raisedTs.map { Self.span(from: $0, to: incident.openedTs) }
        mitigateMs = sinceOpening(incident.mitigatedTs)
        recoverMs = sinceOpening(incident.clearedTs)
    }

    private static func span(from start: Int64, to end: Int64) -> Int64 {
        let (difference, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? 0 : max(0, difference)
    }
}
