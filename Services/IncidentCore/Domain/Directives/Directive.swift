internal import Contracts

/// What a person orders about an incident, read and found in order.
struct Directive: Hashable {
    /// What is ordered.
    enum Order: Hashable {
        case declare(service: String, Severity, title: String)
        case acknowledge(String)
        case note(String, text: String)
        case setSeverity(String, Severity)
        case resolve(String)
    }

    /// The id of the command, which the answer names.
    let commandID: String
    /// Who orders it.
    let author: String
    /// Why.
    let reason: String?
    /// What is ordered.
    let order: Order

    /// Reads a directive.
    init(_ payload: DirectivePayload) throws(DirectiveRefusal) {
        commandID = payload.commandId
        author = OneLine.make(payload.author, bytesMax: OneLine.nameBytesMax)
        reason = payload.reason.map { OneLine.make($0) }
        guard !payload.author.isEmpty else {
            throw DirectiveRefusal(.invalid, "author: missing")
        }
        switch CommandType(rawValue: payload.type) {
        case .declareIncident:
            guard let service = payload.service, ServiceName.isValid(service) else {
                throw DirectiveRefusal(.invalid, "service: expected the name of one service")
            }
            guard let title = Self.text(payload.title) else {
                throw DirectiveRefusal(.invalid, "title: missing")
            }
            order = .declare(
                service: service, try Self.severity(payload), title: title)
        case .ackIncident: order = .acknowledge(try Self.incident(payload))
        case .noteIncident:
            guard let text = Self.text(payload.text) else {
                throw DirectiveRefusal(.invalid, "text: missing")
            }
            order = .note(try Self.incident(payload), text: text)
        case .setIncidentSeverity:
            order = .setSeverity(try Self.incident(payload), try Self.severity(payload))
        case .resolveIncident: order = .resolve(try Self.incident(payload))
        default: throw DirectiveRefusal(.invalid, "type: \(payload.type) is about no incident")
        }
    }

    private static func incident(_ payload: DirectivePayload) throws(DirectiveRefusal) -> String {
        guard let id = payload.incidentId, !id.isEmpty else {
            throw DirectiveRefusal(.invalid, "incidentId: missing")
        }
        return id
    }

    private static func severity(
        _ payload: DirectivePayload
    ) throws(DirectiveRefusal) -> Severity {
        guard let severity = payload.severity else {
            throw DirectiveRefusal(.invalid, "severity: expected P0, P1, P2 or P3")
        }
        return severity
    }

    /// A text of something else than spaces.
    private static func text(_ text: String?) -> String? {
        guard let text, text.contains(where: { !$0.isWhitespace }) else { return nil }
        return OneLine.make(text)
    }
}

/// Why a directive is not obeyed; its command then fails.
struct DirectiveRefusal: Error, Hashable {
    let code: OutcomeCode
    /// What a person can do about it.
    let reason: String

    init(_ code: OutcomeCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}
