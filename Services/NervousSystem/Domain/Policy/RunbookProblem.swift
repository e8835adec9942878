/// What is wrong with a runbook.
public struct RunbookProblem: Sendable, Hashable, CustomStringConvertible {
    /// Where, in terms of the front matter: `steps[1].undo`.
    public let path: String
    /// What, and what was expected.
    public let message: String

    /// A problem.
    public init(_ path: String, _ message: String) {
        self.path = path
        self.message = message
    }

    /// "steps[1].undo: missing".
    public var description: String { "\(path): \(message)" }
}
