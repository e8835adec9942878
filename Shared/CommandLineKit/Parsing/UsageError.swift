/// A command line that cannot be taken: what is wrong, where, and what to do next.
public struct UsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of mistake; policy and tests read it, people read the message.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// No such command here.
        public static let unknownCommand = Code(description: "unknownCommand")
        /// A command that needs one of its subcommands.
        public static let missingCommand = Code(description: "missingCommand")
        /// No such option of this command.
        public static let unknownOption = Code(description: "unknownOption")
        /// An option without its value.
        public static let missingValue = Code(description: "missingValue")
        /// A value for a flag, which takes none.
        public static let unexpectedValue = Code(description: "unexpectedValue")
        /// A required argument is not there.
        public static let missingArgument = Code(description: "missingArgument")
        /// A word too many.
        public static let unexpectedArgument = Code(description: "unexpectedArgument")
        /// An option that is given twice.
        public static let repeatedOption = Code(description: "repeatedOption")
        /// Arguments that exclude each other.
        public static let conflictingArguments = Code(description: "conflictingArguments")
        /// A value that is not of the argument's type or range.
        public static let invalidValue = Code(description: "invalidValue")
    }

    /// What kind of mistake.
    public let code: Code
    /// The command that was being read: `["dreamnet", "topics"]`.
    public let path: [String]
    /// What is wrong, one sentence without its full stop.
    public let message: String
    /// What to do next, one line.
    public let hint: String

    /// A usage error; commands throw it, too, for what only they can see.
    public init(_ code: Code, path: [String], message: String, hint: String? = nil) {
        self.code = code
        self.path = path
        self.message = message
        self.hint = hint ?? "Run '\(path.joined(separator: " ")) --help' to see what it takes."
    }

    /// The two lines that go to standard error; what they quote is sanitized.
    public var description: String {
        let end = message.hasSuffix("?") || message.hasSuffix(".") ? "" : "."
        let what = "\(path.joined(separator: " ")): \(message)\(end)"
        return "\(what.sanitized)\n\(hint.sanitized)"
    }
}
