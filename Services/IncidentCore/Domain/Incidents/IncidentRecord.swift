internal import Contracts

/// An incident as incident-core keeps it. Its extensions are the rules: each takes one input and
/// returns what is to be said of it.
struct IncidentRecord: Hashable {
    /// `<service>.<8 hex digits>`.
    let id: String
    /// The service, which is the correlation key.
    let service: String
    /// The id of the message that opened it.
    let openedBy: String
    /// Where it stands.
    var state = IncidentState.open
    /// How bad it is.
    var severity: Severity
    /// Whether a person set the severity: it then stays until a worse alert comes.
    var isSeverityFixed: Bool
    /// One line for people.
    var title: String
    /// What the last record of it said: `payload.type`.
    var lastType = "incident_opened"
    /// The same for people.
    var lastReason = ""
    /// Counts the records.
    var revision: Int64 = 0
    /// Event time of the opening, Unix ms.
    let openedTs: Int64
    /// Event time of the first bad evidence, Unix ms.
    var raisedTs: Int64?
    /// Event time of the newest evidence, Unix ms.
    var evidenceTs: Int64
    /// Event time since which every alert is clear, Unix ms.
    var clearedTs: Int64?
    /// When that was taken in: the stable window runs from here, Unix ms.
    var clearTakenMs: Int64?
    /// Event time of the first step that succeeded, Unix ms.
    var mitigatedTs: Int64?
    /// When it was resolved, Unix ms.
    var resolvedTs: Int64?
    /// Who looks at it.
    var acknowledgedBy: String?
    /// Its alerts, by id.
    var alerts: [KnownAlert] = []
    /// How often it came back.
    var relapses = 0
    /// Steps whose flags are set on its account, in the order in which they were taken.
    var mitigations: [Mitigation] = []
    /// The runbook that applies.
    var runbook: String?
    /// The severity for which it was linked.
    var runbookSeverity: Severity?
    /// Who declared it; nil when an alert opened it.
    let declaredBy: String?
    /// The numbers of the lines of its timeline: the first that is kept, and the next.
    var lines: Range<Int64> = 0..<0
    /// When its view was last said, Unix ms.
    var viewMs: Int64 = 0

    /// An incident that `report` opens.
    init(id: String, _ report: AlertReport, openedBy messageID: String, ts: Int64) {
        self.id = id
        service = report.service
        openedBy = messageID
        severity = report.alert.severity
        isSeverityFixed = false
        title = AlertText.figures(report)
        openedTs = ts
        raisedTs = report.raisedTs
        evidenceTs = report.alert.evidenceTs
        declaredBy = nil
    }

    /// An incident that a person declares.
    init(
        id: String, service: String, severity: Severity, title: String, declaredBy: String,
        openedBy messageID: String, ts: Int64
    ) {
        self.id = id
        self.service = service
        openedBy = messageID
        self.severity = severity
        isSeverityFixed = true
        self.title = title
        openedTs = ts
        evidenceTs = ts
        self.declaredBy = declaredBy
    }

    /// Whether it is over.
    var isResolved: Bool { state == .resolved }
    /// Whether one of its alerts is active.
    var hasActiveAlert: Bool { alerts.contains(where: \.active) }
    /// The severity of the worst active alert.
    var worstActive: Severity? {
        alerts.filter(\.active).map(\.severity).min { $0.rank < $1.rank }
    }

    /// The incident, whole, as the bus sees it.
    var payload: IncidentPayload {
        IncidentPayload(
            type: lastType, incidentId: id, service: service, state: state, severity: severity,
            title: title, revision: revision, openedTs: openedTs, raisedTs: raisedTs,
            evidenceTs: evidenceTs, clearedTs: clearedTs, mitigatedTs: mitigatedTs,
            resolvedTs: resolvedTs, acknowledgedBy: acknowledgedBy, alerts: alerts.map(\.shown),
            relapses: relapses, mitigations: mitigations.isEmpty ? nil : mitigations.map(\.step),
            runbook: runbook, declaredBy: declaredBy, reason: lastReason)
    }

    /// Links the runbook that applies. A runbook that is under way stays while things get better:
    /// its steps are the ones to undo.
    /// - Returns: the line about it, if it is another one than before.
    mutating func linkRunbook(_ triggers: [RunbookTrigger], at moment: Moment) -> TimelineEntry? {
        if let linked = runbookSeverity, !severity.isWorse(than: linked) { return nil }
        let signals = Set(alerts.filter(\.active).map(\.signal))
        guard
            let found = triggers.runbook(service: service, severity: severity, signals: signals)
        else { return nil }
        runbookSeverity = severity
        guard found != runbook else { return nil }
        runbook = found
        return moment.line(.incident, "runbook \(found) applies")
    }
}

extension IncidentRecord: BinaryCodable {
    init(from reader: inout BinaryReader) throws(BinaryError) {
        _ = try BinaryVersion.read(&reader, latest: 1)
        id = try reader.readString()
        service = try reader.readString()
        openedBy = try reader.readString()
        state = try reader.readCase()
        severity = try reader.readCase()
        isSeverityFixed = try reader.readBool()
        title = try reader.readString()
        lastType = try reader.readString()
        lastReason = try reader.readString()
        revision = try reader.readInt64()
        openedTs = try reader.readInt64()
        raisedTs = try reader.readOptional()
        evidenceTs = try reader.readInt64()
        clearedTs = try reader.readOptional()
        clearTakenMs = try reader.readOptional()
        mitigatedTs = try reader.readOptional()
        resolvedTs = try reader.readOptional()
        acknowledgedBy = try reader.readOptional()
        alerts = try reader.readList()
        relapses = try reader.readInt()
        mitigations = try reader.readList()
        runbook = try reader.readOptional()
        runbookSeverity = try reader.readOptional(String.self).flatMap(Severity.init)
        declaredBy = try reader.readOptional()
        let first = try reader.readInt64()
        let next = try reader.readInt64()
        guard first <= next else { throw BinaryError(.outOfRange, at: 0) }
        lines = first..<next
        viewMs = try reader.readInt64()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(UInt8(1))
        writer.write(id)
        writer.write(service)
        writer.write(openedBy)
        writer.write(state.rawValue)
        writer.write(severity.rawValue)
        writer.write(isSeverityFixed)
        writer.write(title)
        writer.write(lastType)
        writer.write(lastReason)
        writer.write(revision)
        writer.write(openedTs)
        writer.write(raisedTs)
        writer.write(evidenceTs)
        writer.write(clearedTs)
        writer.write(clearTakenMs)
        writer.write(mitigatedTs)
        writer.write(resolvedTs)
        writer.write(acknowledgedBy)
        writer.write(alerts)
        writer.write(relapses)
        writer.write(mitigations)
        writer.write(runbook)
        writer.write(runbookSeverity?.rawValue)
        writer.write(declaredBy)
        writer.write(lines.lowerBound)
        writer.write(lines.upperBound)
        writer.write(viewMs)
    }
}
