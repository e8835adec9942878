internal import Contracts
internal import JSON
internal import Streams

/// Reads what comes on `nervous.alert`.
struct AlertReader {
    /// What an alert can be.
    enum Reading {
        /// What os-core, or whoever speaks like it, noticed.
        case report(AlertReport)
        /// What control-core did.
        case event(ControlEventPayload)
    }

    /// Longest id of an alert or a command, UTF-8 bytes.
    static let idBytesMax = Envelope.idBytesMax

    let policy: IncidentCorePolicy

    /// The alert in `envelope`, or why it is none.
    func read(_ envelope: Envelope) throws(Rejection) -> Reading {
        if ControlEventPayload.types.contains(envelope.type) {
            return .event(try event(envelope))
        }
        guard AlertPayload.types.contains(envelope.type) else {
            throw Rejection(.unknownType, "payload.type: \(envelope.type) is no alert")
        }
        return .report(try report(envelope))
    }

    private func report(_ envelope: Envelope) throws(Rejection) -> AlertReport {
        let payload: AlertPayload
        do { payload = try inOwnScale(envelope).payload() } catch { throw Rejection(error) }
        guard ServiceName.isValid(payload.service) else {
            throw Rejection(.schema, "payload.service: expected a service's name")
        }
        guard (1...Self.idBytesMax).contains(payload.alertId.utf8.count) else {
            throw Rejection(.schema, "payload.alertId: expected 1 to \(Self.idBytesMax) bytes")
        }
        guard payload.evidenceTs >= 0, payload.raisedTs >= 0 else {
            throw Rejection(.schema, "payload: evidenceTs and raisedTs are Unix milliseconds")
        }
        // Evidence from the future would outrank all that comes until then.
        guard payload.evidenceTs <= envelope.ts + policy.futureToleranceMs else {
            throw Rejection(.fromTheFuture, "payload.evidenceTs is ahead of the message's ts")
        }
        return AlertReport(
            service: payload.service, alert: KnownAlert(payload, saidTs: envelope.ts),
            raisedTs: min(payload.raisedTs, payload.evidenceTs),
            reason: OneLine.make(payload.reason))
    }

    private func event(_ envelope: Envelope) throws(Rejection) -> ControlEventPayload {
        let event: ControlEventPayload
        do { event = try envelope.payload() } catch { throw Rejection(error) }
        guard event.service == ServiceName.all || ServiceName.isValid(event.service) else {
            throw Rejection(.schema, "payload.service: expected a service's name or *")
        }
        guard (1...Self.idBytesMax).contains(event.commandId.utf8.count) else {
            throw Rejection(.schema, "payload.commandId: expected 1 to \(Self.idBytesMax) bytes")
        }
        return event
    }

    /// The message with a severity of another scale put into ours.
    private func inOwnScale(_ envelope: Envelope) throws(EnvelopeError) -> Envelope {
        guard case .object(var fields) = envelope.payload,
            let name = fields["severity"]?.stringValue, Severity(rawValue: name) == nil,
            let severity = policy.severityNames[name.lowercased()]
        else { return envelope }
        fields["severity"] = .string(severity.rawValue)
        return try Envelope(
            id: envelope.id, ts: envelope.ts, role: envelope.role, topic: envelope.topic,
            payload: .object(fields))
    }
}
