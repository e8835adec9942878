/// An incident with its timeline. Key: `incident/<id>`.
public struct IncidentView: MessagePayload {
    /// The topic that carries it.
    public static let topic = BusTopic.view
    /// The types that it stands for.
    public static let types = ["incident_view"]

    /// Always `incident_view`.
    public var type: String
    /// The incident.
    public var incident: IncidentPayload
    /// The newest entries, oldest first; 200 at most.
    public var timeline: [TimelineEntry]
    /// Entries that the view no longer holds.
    public var dropped: Int

    /// Makes one; what is not given is absent.
    public init(
        type: String = "incident_view",
        incident: IncidentPayload,
        timeline: [TimelineEntry],
        dropped: Int
    ) {
        self.type = type
        self.incident = incident
        self.timeline = timeline
        self.dropped = dropped
    }
}
