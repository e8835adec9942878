/// Why a text is not an exposition, or not one that is taken.
public struct PrometheusTextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// One of the limits was passed.
        public static let tooLarge = Code(description: "too large")
        /// The line does not follow the format.
        public static let syntax = Code(description: "syntax")
        /// A metric is given two types, or a sample two labels of one name.
        public static let duplicate = Code(description: "duplicate")
        /// A name, a label or a comment is not UTF-8.
        public static let invalidUTF8 = Code(description: "invalid UTF-8")
    }

    /// The kind of failure.
    public let code: Code
    /// The line, from 1; 0 when it is about the whole.
    public let line: Int
    /// What is wrong, without the line's number.
    public let message: String

    /// The message after the line's number.
    public var description: String {
        line > 0 ? "line \(line): \(message)" : message
    }
}
