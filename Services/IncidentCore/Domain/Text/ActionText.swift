internal import Contracts

/// Lines about what was done: "did p0-outage/safe-mode: safe_mode on, tool_use off".
enum ActionText {
    /// The line of an outcome.
    static func line(_ outcome: OutcomePayload) -> String {
        guard outcome.action != notify else { return notification(outcome) }
        let isUndo = outcome.undo == true
        var text = outcome.stepName ?? (words(outcome.action) + scope(outcome.service))
        let reason = outcome.reason.map { ": \($0)" } ?? ""
        switch outcome.status {
        case .failed: text = "\(isUndo ? "undo of " : "")\(text) failed\(reason)"
        case .rejected: text = "\(text) not \(isUndo ? "undone" : "done")\(reason)"
        default:
            if outcome.stepName != nil { text = (isUndo ? "undid " : "did ") + text }
            text += done(outcome)
        }
        return OneLine.make(text)
    }

    /// The line of an event of control-core.
    static func line(_ event: ControlEventPayload) -> String {
        var text = words(event.type)
        if let module = event.module { text += " " + module }
        if let queue = event.queueName {
            text += " \(queue), \(event.drainedCount ?? 0) letters"
        }
        if let value = event.value { text += " to " + FigureText.value(value, unit: nil) }
        text += scope(event.service)
        if let reason = event.reason { text += ": " + reason }
        return OneLine.make(text)
    }

    /// The action of the outcome of a notification.
    static let notify = "notify"

    private static func done(_ outcome: OutcomePayload) -> String {
        var text = ""
        let flags = (outcome.flags ?? []).map { "\($0.flag) \(self.value($0.value))" }
        if !flags.isEmpty { text += ": " + flags.joined(separator: ", ") }
        switch outcome.code {
        case .unchanged: return text + ", which it was already"
        case .heldByOthers:
            return text + " (held by \((outcome.heldBy ?? []).joined(separator: ", ")))"
        default: return text + (outcome.reason.map { " (\($0))" } ?? "")
        }
    }

    private static func notification(_ outcome: OutcomePayload) -> String {
        outcome.status.isSuccess
            ? "a person was told"
            : OneLine.make("nobody could be told: \(outcome.reason ?? "no reason given")")
    }

    private static func value(_ value: FlagValue) -> String {
        switch value {
        case .bool(let flag): flag ? "on" : "off"
        case .number(let number): FigureText.value(number, unit: nil)
        }
    }

    private static func scope(_ service: String) -> String {
        service == ServiceName.all ? " for all services" : ""
    }

    private static func words(_ name: String) -> String {
        String(name.map { $0 == "_" ? " " : $0 })
    }
}
