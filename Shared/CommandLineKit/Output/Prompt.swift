internal import Glibc

/// Asks the person at the terminal.
public struct Prompt: Sendable {
    private let console: Console
    private let isAnswerable: Bool
    private let readAnswer: @Sendable () -> String?

    /// A prompt that asks on a console and reads lines from a source of one's own.
    /// - Parameter isAnswerable: whether a person is there to answer.
    public init(
        on console: Console, isAnswerable: Bool, readAnswer: @escaping @Sendable () -> String?
    ) {
        self.console = console
        self.isAnswerable = isAnswerable
        self.readAnswer = readAnswer
    }

    /// A prompt that asks on a console, which is standard error, and reads standard input.
    public init(on console: Console) {
        self.init(
            on: console, isAnswerable: console.isTerminal && isatty(STDIN_FILENO) == 1,
            readAnswer: { readLine() })
    }

    /// The question is written as it is: what it quotes from messages is to be sanitized before.
    /// Goes on if the person types the word (a service's name, `all`), or if `--yes` was given.
    /// - Throws: `CommandFailure` if the answer is another one, or nobody is there to ask.
    public func confirm(_ question: String, typing word: String, yes: Bool) throws {
        if yes { return }
        guard isAnswerable else {
            throw CommandFailure(
                "this needs a confirmation, and there is no terminal to ask on",
                hint: "Add --yes to go on without being asked.", exitCode: .usage)
        }
        console.line(question)
        console.write("Type '\(word.sanitized)' to go on: ")
        let answer = readAnswer()?.split(separator: " ").joined(separator: " ")
        guard answer == word else {
            throw CommandFailure("not confirmed: nothing was done")
        }
    }
}
