internal import YAML

/// Something that is wrong, or odd, in a file of policy.
public struct PolicyProblem: Sendable, Hashable, CustomStringConvertible {
    /// The kind of a problem; compare with the static members.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The file or folder cannot be read, or is too large.
        public static let unreadable = Code(description: "unreadable")
        /// The text is not what the file should be: not YAML, not UTF-8, no front matter.
        public static let syntax = Code(description: "syntax")
        /// A required key is not there.
        public static let missingKey = Code(description: "missing_key")
        /// A key that nobody reads.
        public static let unknownKey = Code(description: "unknown_key")
        /// A value is of another type than asked for, or out of range.
        public static let invalidValue = Code(description: "invalid_value")
        /// Two values, each good by itself, do not go together.
        public static let inconsistent = Code(description: "inconsistent")
    }

    /// The kind.
    public let code: Code
    /// The file as it was opened: below the home directory.
    public let file: String
    /// The line, from 1; nil when the problem is the file itself.
    public let line: Int?
    /// The column in characters, from 1.
    public let column: Int?
    /// What is wrong, with the path of the key before it: `services.shop.automation: expected …`.
    public let message: String

    /// `config/services.yaml:3:5: services.shop: unknown key`.
    public var description: String {
        ([file] + [line, column].compactMap { $0.map { "\($0)" } }).joined(separator: ":")
            + ": \(message)"
    }

    init(_ code: Code, file: String, _ message: String) {
        self.code = code
        self.file = file
        line = nil
        column = nil
        self.message = message
    }

    init(_ error: YAMLError, code: Code? = nil) {
        self.code = code ?? Code(error.code)
        file = error.mark.file
        line = error.mark.line
        column = error.mark.column
        message = error.message
    }
}

extension PolicyProblem.Code {
    fileprivate init(_ code: YAMLError.Code) {
        self =
            switch code {
            case .missingKey: .missingKey
            case .unknownKey: .unknownKey
            case .invalidValue: .invalidValue
            default: .syntax
            }
    }
}
