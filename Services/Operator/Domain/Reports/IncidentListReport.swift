public import CommandLineKit
internal import Contracts

/// Incidents as a table.
public struct IncidentListReport: Sendable {
    private let incidents: [IncidentPayload]
    private let nowMs: Int64

    /// A report at `nowMs`, Unix ms: the incidents that are open or, with `all`, the resolved ones
    /// as well.
    public init(_ snapshot: BusSnapshot, all: Bool, nowMs: Int64) {
        self.nowMs = nowMs
        let resolved = snapshot.incidents.values.map(\.incident).filter { $0.state == .resolved }
            .sorted { ($1.openedTs, $0.incidentId) < ($0.openedTs, $1.incidentId) }
        incidents = snapshot.openIncidents.map(\.incident) + (all ? resolved : [])
    }

    /// The table, or a line that says that there is none.
    public func text(for console: Console) -> String {
        guard !incidents.isEmpty else { return "No incident is open.\n" }
        var table = TextTable([
            .fixed("INCIDENT"), .fixed("SEV"), .fixed("STATE"), .fixed("OPENED"), .fixed("WITH"),
            .flexible("TITLE", minimumWidth: 16),
        ])
        for incident in incidents {
            let isOver = incident.state == .resolved
            table.add(
                .init(incident.incidentId),
                .init(
                    incident.severity.rawValue,
                    isOver ? .dim : IncidentReport.role(incident.severity)),
                .init(incident.state.rawValue),
                .init(HumanText.age(ofMs: incident.openedTs, nowMs: nowMs)),
                .init(incident.acknowledgedBy ?? ""), .init(incident.title))
        }
        return table.text(for: console)
    }

    /// The incidents as a JSON array.
    public func json() throws -> String { try JSONText.document(incidents) }
}
