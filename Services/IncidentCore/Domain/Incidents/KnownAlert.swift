internal import Contracts

/// An alert of an incident, as last heard.
struct KnownAlert: Hashable, BinaryCodable {
    let alertID: String
    let signal: GoldenSignal
    let severity: Severity
    let active: Bool
    let value: Double?
    let threshold: Double?
    let unit: String?
    /// Event time of the evidence, Unix ms.
    let evidenceTs: Int64
    /// Event time of the message, Unix ms: tells messages of one evidence apart.
    let saidTs: Int64

    /// The alert of a message said at `saidTs`.
    init(_ payload: AlertPayload, saidTs: Int64) {
        alertID = payload.alertId
        signal = payload.signal
        severity = payload.severity
        active = payload.type != "alert_cleared"
        value = payload.value
        threshold = payload.threshold
        unit = payload.unit.flatMap { $0.isEmpty ? nil : OneLine.make($0, bytesMax: 16) }
        evidenceTs = payload.evidenceTs
        self.saidTs = saidTs
    }

    /// What this says beyond `known`. Of reports in the wrong order the one with the newest
    /// evidence holds; where even the times are equal, a clear and a worse severity do.
    func news(beyond known: KnownAlert?) -> AlertNews {
        guard let known else { return active ? .raised : .stale }
        let isSameTime = (evidenceTs, saidTs) == (known.evidenceTs, known.saidTs)
        guard
            (evidenceTs, saidTs) > (known.evidenceTs, known.saidTs)
                || isSameTime && known.active
                    && (!active || severity.isWorse(than: known.severity))
        else { return .stale }
        switch (known.active, active) {
        case (false, true): return .raised
        case (true, false): return .cleared
        case (false, false): return .repeated
        case (true, true):
            if severity == known.severity { return .repeated }
            return severity.isWorse(than: known.severity) ? .escalated : .deescalated
        }
    }

    /// As the incident's record shows it.
    var shown: IncidentAlert {
        IncidentAlert(
            alertId: alertID, signal: signal, severity: severity, active: active, value: value,
            threshold: threshold, unit: unit)
    }

    init(from reader: inout BinaryReader) throws(BinaryError) {
        alertID = try reader.readString()
        signal = try reader.readCase()
        severity = try reader.readCase()
        active = try reader.readBool()
        value = try reader.readOptional()
        threshold = try reader.readOptional()
        unit = try reader.readOptional()
        evidenceTs = try reader.readInt64()
        saidTs = try reader.readInt64()
    }

    func encode(into writer: inout BinaryWriter) {
        writer.write(alertID)
        writer.write(signal.rawValue)
        writer.write(severity.rawValue)
        writer.write(active)
        writer.write(value)
        writer.write(threshold)
        writer.write(unit)
        writer.write(evidenceTs)
        writer.write(saidTs)
    }
}
