/// Why a document could not be read, decoded, encoded or compiled.
public struct JSONError: Error, Sendable, CustomStringConvertible {
    /// The kind of an error; compare with the static members.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's name, as logs and dead letters show it.
        public let description: String

        /// The bytes are not JSON (RFC 8259), or something follows the value.
        public static let syntax = Code(description: "syntax")
        /// The bytes are not UTF-8.
        public static let invalidUTF8 = Code(description: "invalid_utf8")
        /// A number is malformed, or neither an `Int64` nor a finite `Double`.
        public static let invalidNumber = Code(description: "invalid_number")
        /// A limit on bytes or depth is passed.
        public static let limitExceeded = Code(description: "limit_exceeded")
        /// An object names a key twice.
        public static let duplicateKey = Code(description: "duplicate_key")
        /// A required field is not there, or is null.
        public static let missingField = Code(description: "missing_field")
        /// A value is of another type than asked for.
        public static let typeMismatch = Code(description: "type_mismatch")
        /// A value is of the right type and still not usable.
        public static let invalidValue = Code(description: "invalid_value")
        /// A schema is not one that ``JSONSchema`` understands.
        public static let invalidSchema = Code(description: "invalid_schema")
        /// The machine has no memory left for the document.
        public static let outOfMemory = Code(description: "out_of_memory")
    }

    /// The kind of the error.
    public var code: Code
    /// What is wrong, without the place.
    public var message: String
    /// The field, as in `payload.targets[2].service`; empty for the whole document.
    public var path: String
    /// Where in the bytes, from 0, when that is known.
    public var byteOffset: Int?
    /// The error that a type's own `init(from:)` or `encode(to:)` threw.
    public var cause: (any Error)?

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, path: String = "", byteOffset: Int? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.path = path
        self.byteOffset = byteOffset
        self.cause = cause
    }

    /// Place and message in a line: `payload.service: missing`.
    public var description: String {
        var text = path.isEmpty ? message : "\(path): \(message)"
        if let byteOffset {
            text += " (byte \(byteOffset))"
        }
        return text
    }
}
