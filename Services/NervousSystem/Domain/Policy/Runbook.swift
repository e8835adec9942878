public import Contracts

/// A runbook: the front matter that the machine runs and the text that people read
/// (docs/runbooks.md describes the file).
public struct Runbook: Sendable, Hashable {
    /// The file's name without `.md`.
    public var name: String
    /// One line for people.
    public var title: String
    /// When it applies.
    public var trigger: RunbookTrigger
    /// The times that it goes by.
    public var timings: RunbookTimings
    /// What is done, in this order; undone in the reverse.
    public var steps: [RunbookStep]
    /// The Markdown below the front matter.
    public var text: String

    /// The actions that it runs, with the numbers of their steps.
    public var runs: [(index: Int, run: RunbookRun)] {
        steps.enumerated().compactMap { index, step in step.run.map { (index, $0) } }
    }

    /// A runbook.
    public init(
        name: String, title: String, trigger: RunbookTrigger,
        timings: RunbookTimings = RunbookTimings(), steps: [RunbookStep], text: String = ""
    ) {
        self.name = name
        self.title = title
        self.trigger = trigger
        self.timings = timings
        self.steps = steps
        self.text = text
    }
}
