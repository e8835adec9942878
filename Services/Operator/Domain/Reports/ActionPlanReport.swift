public import CommandLineKit
public import Contracts

/// What an action would do: the exact commands and requests, the target, the way back.
public struct ActionPlanReport: Sendable, Encodable {
    /// The action.
    public let action: String
    /// The service.
    public let service: String
    /// What it acts upon.
    public let target: String
    /// What is looked up first.
    public let plan: [String]
    /// What is done.
    public let effect: [String]
    /// How it is seen to have worked.
    public let verify: [String]
    /// How it is taken back; empty: it cannot be.
    public let undo: [String]
    /// Whether it may be done twice.
    public let idempotent: Bool
    /// Whether another person has to approve it.
    public let secondPerson: Bool

    /// A report of a call.
    public init(_ call: ActionCall, action: String) throws(ActionError) {
        self.action = call.definition.name
        service = call.service
        target = call.target
        plan = try call.lines(.plan, id: "ID")
        effect = try call.lines(.effect, id: "ID")
        verify = try call.lines(.verify, id: "ID")
        undo = try call.lines(.undo, id: "ID")
        idempotent = call.definition.isIdempotent
        secondPerson = call.definition.needsSecondPerson
    }

    /// Lines for people.
    public func text(for console: Console) -> String {
        var text = "\(action) for \(service) on \(target)\n"
        for (title, lines) in [
            ("looks up", plan), ("runs", effect), ("verifies by", verify), ("undo would run", undo),
        ] where !lines.isEmpty {
            text += "  \(title):\n"
            for line in lines { text += "    \(line.sanitized)\n" }
        }
        if undo.isEmpty { text += console.style("  it cannot be taken back", .warning) + "\n" }
        if !idempotent { text += "  if it is interrupted, a person has to say what became of it\n" }
        if secondPerson { text += "  it waits for a second person\n" }
        return text
    }
}
