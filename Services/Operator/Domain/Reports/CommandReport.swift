public import CommandLineKit
public import Contracts
internal import JSON

/// What is on record of one command.
public struct CommandReport: Sendable {
    /// The command itself, as it was read.
    public var command: Envelope?
    /// When the broker took it, Unix ms.
    public var recordedAtMs: Int64?
    /// What was said of it, in order; no copies.
    public private(set) var outcomes: [Said] = []
    /// The id that is asked for.
    public let id: String

    /// An outcome and its time.
    public struct Said: Sendable, Encodable {
        /// When, Unix ms.
        public let atMs: Int64
        /// What.
        public let outcome: OutcomePayload
    }

    /// A report of nothing yet.
    public init(id: String) {
        self.id = id
    }

    /// Takes any message; those that are not about the command are passed over.
    public mutating func take(_ envelope: Envelope, recordedAtMs: Int64) {
        if [BusTopic.command.kind, BusTopic.request.kind].contains(envelope.topic) {
            guard envelope.id == id, command == nil else { return }
            command = envelope
            self.recordedAtMs = recordedAtMs
        } else if let outcome = try? envelope.payload(as: OutcomePayload.self),
            outcome.commandId == id || outcome.correlationId == id, outcome.copy != true
        {
            outcomes.append(Said(atMs: recordedAtMs, outcome: outcome))
        }
    }

    /// The one final outcome.
    public var final: Said? { outcomes.first { $0.outcome.final && $0.outcome.commandId == id } }

    /// 0 if it was done, 1 if nothing is known of it, 3 if refused, 4 if failed, 5 if not answered.
    public var exitCode: ExitCode {
        if let outcome = final?.outcome {
            return outcome.status.isSuccess
                ? .success : outcome.status == .failed ? .failed : .refused
        }
        return command == nil ? .failure : .notAppliedInTime
    }

    /// The lines for people.
    public func text(for console: Console) -> String {
        var text = ""
        if let command {
            let author = command.payload["author"]?.stringValue ?? "unknown"
            text += "\(command.type) by \(author), \(command.role.rawValue)".sanitized
            text += ", recorded \(UTCTime.text(unixMs: recordedAtMs ?? command.ts))\n"
            text += "  \(command.payload.description.sanitized)\n"
        } else {
            text += "The command itself is not on record; it may be older than what was read.\n"
        }
        for said in outcomes { text += line(said, console) }
        if final == nil { text += "No final outcome yet.\n" }
        return text
    }

    private func line(_ said: Said, _ console: Console) -> String {
        let outcome = said.outcome
        let role: Style.Role =
            switch outcome.status {
            case .succeeded, .verified, .undone: .good
            case .planned, .approved, .accepted, .started: .dim
            case .retrying, .inDoubt: .warning
            case .failed, .rejected: .bad
            }
        var text = UTCTime.timeOfDay(unixMs: said.atMs) + "  "
        text += console.style(outcome.status.rawValue, role)
        if let recordedAtMs { text += " after \(HumanText.duration(said.atMs - recordedAtMs))" }
        if let code = outcome.code { text += " (\(code.rawValue))" }
        if let reason = outcome.reason { text += ": \(reason.sanitized)" }
        for change in outcome.flags ?? [] {
            text +=
                "\n    \(change.service.sanitized) \(change.flag.sanitized) = "
                + FigureText.flag(change.flag, change.value)
        }
        if let approver = outcome.approver { text += "\n    approved by \(approver.sanitized)" }
        for line in outcome.plan ?? [] { text += "\n    \(line.sanitized)" }
        for value in outcome.values ?? [] {
            text += "\n    \(value.name.sanitized) = \(value.value.sanitized)"
        }
        if let output = outcome.output {
            for line in output.split(separator: "\n") {
                text += "\n    | \(String(line).sanitized)"
            }
        }
        if let version = outcome.flagsVersion { text += "\n    flags at version \(version)" }
        if let version = outcome.settingVersion { text += "\n    settings at version \(version)" }
        if let advice = OutcomeAdvice.text(outcome) { text += "\n    \(advice)" }
        return text + "\n"
    }

    private struct Document: Encodable {
        let id: String
        let type: String?
        let recordedAtMs: Int64?
        let outcomes: [Said]
        let isFinal: Bool
    }

    /// The same as one JSON document.
    public func json() throws -> String {
        try JSONText.document(
            Document(
                id: id, type: command?.type, recordedAtMs: recordedAtMs, outcomes: outcomes,
                isFinal: final != nil))
    }
}
