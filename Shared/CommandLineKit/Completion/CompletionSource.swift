/// Where the shell's proposals for a value come from.
enum CompletionSource: Sendable {
    case none
    case words([String])
    case files
    case dynamic(@Sendable (CompletionRequest) async -> [CompletionCandidate])
}

/// One proposal of the shell.
public struct CompletionCandidate: Sendable, Equatable, ExpressibleByStringLiteral {
    /// The word.
    public let word: String
    /// What it is; zsh and fish show it.
    public let help: String

    /// A proposal.
    public init(_ word: String, help: String = "") {
        self.word = word
        self.help = help
    }

    /// A proposal without an explanation.
    public init(stringLiteral value: String) { self.init(value) }

    /// A line without a word tells the script to complete paths.
    static let files = CompletionCandidate("", help: ":files")

    /// As the scripts read it: the word, a tabulator, what it is.
    var line: String { help.isEmpty ? word : "\(word)\t\(help)" }
}
