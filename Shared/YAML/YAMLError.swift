/// What is wrong in a YAML file, and where.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of an error; compare with the static members.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name.
        public let description: String

        /// The text is not YAML 1.1, or not UTF-8.
        public static let syntax = Code(description: "syntax")
        /// A limit on bytes, depth or nodes is passed.
        public static let limitExceeded = Code(description: "limit_exceeded")
        /// Something of YAML that is not taken: anchors, aliases, tags, keys that are not text.
        public static let unsupported = Code(description: "unsupported")
        /// A mapping names a key twice.
        public static let duplicateKey = Code(description: "duplicate_key")
        /// A required key is not there, or has no value.
        public static let missingKey = Code(description: "missing_key")
        /// A key that nobody reads.
        public static let unknownKey = Code(description: "unknown_key")
        /// A value is of another type than asked for, or out of range.
        public static let invalidValue = Code(description: "invalid_value")
    }

    /// The kind of the error.
    public var code: Code
    /// What is wrong, with the key's path before it: `partitions: missing`.
    public var message: String
    /// Where.
    public var mark: YAMLMark

    /// Makes an error.
    public init(_ code: Code, _ message: String, at mark: YAMLMark) {
        self.code = code
        self.message = message
        self.mark = mark
    }

    /// `topics/x.yaml:12:5: partitions: missing`
    public var description: String { "\(mark): \(message)" }
}
