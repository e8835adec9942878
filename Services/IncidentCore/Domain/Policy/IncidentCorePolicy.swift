public import Contracts

/// What incident-core goes by (config/severity.yaml, and the triggers of runbooks/).
public struct IncidentCorePolicy: Sendable, Hashable {
    /// How long every alert must have been clear before an incident is over, ms since the clear
    /// was taken.
    public var resolveAfterMs: Int64
    /// An alert that comes within this time of the end reopens the incident, ms.
    public var reopenWithinMs: Int64
    /// How many lines a timeline holds; the oldest go first.
    public var timelineMax: Int
    /// How many alerts an incident holds; cleared and less severe ones go first.
    public var alertsMax: Int
    /// How long a resolved incident stays to be seen, ms.
    public var viewKeptMs: Int64
    /// How many incidents of a service stay to be seen; the oldest go first.
    public var incidentsKeptMax: Int
    /// Lines that change nothing but the timeline renew the view this often at most, ms.
    public var viewIntervalMs: Int64
    /// How far a time may be ahead of the broker's clock, ms.
    public var futureToleranceMs: Int64
    /// How long the ids of directives and outcomes are remembered, ms.
    public var idsRememberedMs: Int64
    /// How many of them are remembered.
    public var idsMax: Int
    /// When which runbook applies.
    public var triggers: [RunbookTrigger]
    /// The names of severities on other scales, in lowercase.
    public var severityNames: [String: Severity]

    /// The four levels of seed 002, by what they mean: `Sev1` (full outage) is P0 of seed 000,
    /// `Sev4` (no customer impact) is P3 of seed 003.
    public static let severityNamesOfSeed002: [String: Severity] = [
        "sev1": .p0, "sev2": .p1, "sev3": .p2, "sev4": .p3,
    ]

    /// The defaults of the project.
    public init(
        resolveAfterMs: Int64 = 5 * 60_000, reopenWithinMs: Int64 = 10 * 60_000,
        timelineMax: Int = 200, alertsMax: Int = 32, viewKeptMs: Int64 = 7 * 86_400_000,
        incidentsKeptMax: Int = 20, viewIntervalMs: Int64 = 1_000,
        futureToleranceMs: Int64 = 30_000, idsRememberedMs: Int64 = 24 * 3_600_000,
        idsMax: Int = 100_000, triggers: [RunbookTrigger] = [],
        severityNames: [String: Severity] = Self.severityNamesOfSeed002
    ) {
        self.resolveAfterMs = resolveAfterMs
        self.reopenWithinMs = reopenWithinMs
        self.timelineMax = timelineMax
        self.alertsMax = alertsMax
        self.viewKeptMs = viewKeptMs
        self.incidentsKeptMax = incidentsKeptMax
        self.viewIntervalMs = viewIntervalMs
        self.futureToleranceMs = futureToleranceMs
        self.idsRememberedMs = idsRememberedMs
        self.idsMax = idsMax
        self.triggers = triggers
        self.severityNames = severityNames
    }
}
