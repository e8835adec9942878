/// One command of a tool, with what it takes, what it says in the help, and what it does.
///
/// A command has subcommands, or positional arguments, not both; one with subcommands may still
/// run by itself when none is named.
public struct ToolCommand: Sendable {
    /// What a command does. The code that it returns is the tool's exit status.
    public typealias Run = @Sendable (Invocation) async throws -> ExitCode

    /// One line of the help's examples: what to type and what it does.
    public struct Example: Sendable {
        let line: String
        let meaning: String

        /// An example; the line starts with the tool's name.
        public init(_ line: String, _ meaning: String) {
            self.line = line
            self.meaning = meaning
        }
    }

    /// The word that names it.
    public let name: String
    let summary: String
    let discussion: String
    let section: String?
    let isHidden: Bool
    let arguments: [ArgumentDefinition]
    let globals: [ArgumentDefinition]
    let constraints: [Constraint]
    let examples: [Example]
    let run: Run?
    private(set) var subcommands: [ToolCommand]

    /// A command.
    /// - Parameters:
    ///   - summary: one sentence, shown in lists of commands and first in its own help.
    ///   - discussion: paragraphs for its own help.
    ///   - section: the heading under which the parent's help lists it.
    ///   - arguments: what it takes itself, positionals in their order.
    ///   - globals: options that it and all commands below it take.
    public init(
        _ name: String, summary: String, discussion: String = "", section: String? = nil,
        isHidden: Bool = false, arguments: [any ArgumentDeclaration] = [],
        globals: [any ArgumentDeclaration] = [], constraints: [Constraint] = [],
        examples: [Example] = [], subcommands: [ToolCommand] = [], run: Run? = nil
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.section = section
        self.isHidden = isHidden
        self.arguments = arguments.map(\.definition)
        self.globals = globals.map(\.definition)
        self.constraints = constraints
        self.examples = examples
        self.subcommands = subcommands
        self.run = run
    }

    var positionals: [ArgumentDefinition] { arguments.filter { $0.shape == .positional } }

    mutating func append(_ command: ToolCommand) { subcommands.append(command) }
}
