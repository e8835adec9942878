/// One step of a runbook.
public struct RunbookStep: Sendable, Hashable {
    /// What a step does.
    public enum Kind: Sendable, Hashable {
        /// Orders something of control-core, and knows how to take it back. An undo has the type
        /// of the action; a module that it does not name is the action's.
        case request(RunbookAction, undo: RunbookAction)
        /// Has an action of config/actions.yaml run, and waits for its end.
        case run(RunbookRun)
        /// Asks a person. In the text and the commands `{service}`, `{incident}` and `{severity}`
        /// stand for those of the incident.
        case ask(text: String, commands: [String])
    }

    /// Unique within the runbook: `a-z`, `0-9` and `-`.
    public var id: String
    /// One line for people.
    public var title: String
    /// What it does.
    public var kind: Kind

    /// A step.
    public init(id: String, title: String, kind: Kind) {
        self.id = id
        self.title = title
        self.kind = kind
    }

    /// The action of a step that orders something.
    var action: RunbookAction? {
        if case .request(let action, _) = kind { action } else { nil }
    }

    /// What a step runs.
    var run: RunbookRun? {
        if case .run(let run) = kind { run } else { nil }
    }

    /// Whether control-core does it, and not a person.
    var isAutomatic: Bool { action != nil || run != nil }

    /// Whether both order the same.
    func orders(the other: RunbookStep) -> Bool {
        isAutomatic && action == other.action && run == other.run
    }

    /// What takes the action back; nil of what is not taken back.
    var undo: RunbookAction? {
        guard case .request(let action, var undo) = kind else { return nil }
        undo.module = undo.module ?? action.module
        return undo
    }
}
