/// Why an action cannot be what it is asked to be.
public struct ActionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: String, Sendable, Hashable {
        /// No action of this name, for the service or at all.
        case unknownAction
        /// A parameter that the action does not take, one that is missing, or a value out of bounds.
        case parameter
        /// A template that does not parse, or names what there is not.
        case template
    }

    /// The kind of fault.
    public let code: Code
    /// What is wrong, with the name of the parameter; never a secret.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
