/// Why bytes are no message, or a message is not of the type asked for.
public struct EnvelopeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault; the names are those of the dead letters' reasons.
    public enum Code: String, Sendable, Hashable {
        /// Not one JSON object, or a field of the envelope is missing or wrong.
        case malformed
        /// `payload.type` is none that was asked for.
        case unknownType = "unknown_type"
        /// A field of the payload is missing or wrong.
        case schema
    }

    /// The kind of fault.
    public let code: Code
    /// Which field, and what was expected.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
